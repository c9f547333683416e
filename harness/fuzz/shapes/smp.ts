import type { CaseShape } from '#core/case-shape.ts';
import { decodeSmpHeader, encodeSmpHeader, SMP_HEADER } from '#codecs/smp.ts';
import { encodeSmpSerial, SmpSerialDecoder } from '#codecs/smp-serial.ts';
import { inARow, runsOf } from '#fuzz/shapes/parts.ts';

/** The one packet that the bytes are the frame of; null where they are something else. */
function packetOf(bytes: Uint8Array): Uint8Array | null {
  const [item, ...more] = new SmpSerialDecoder().push(bytes);
  return item?.kind === 'packet' && more.length === 0 ? item.packet : null;
}

/** The packet inside the serial frame, whose length and checksum are made anew; what the packet says stays. */
export const SMP_PACKET: CaseShape = {
  name: 'bytes of the packet, in a sound frame',
  take: (bytes) => {
    const packet = packetOf(bytes);
    return packet === null ? null : inARow(runsOf(packet), encodeSmpSerial);
  },
};

/** The payload behind the header, whose length is made true. */
export const SMP_PAYLOAD: CaseShape = {
  name: 'bytes of the payload, lengths made true',
  take: (bytes) => {
    const packet = packetOf(bytes);
    const header = packet === null ? null : decodeSmpHeader(packet);
    if (packet === null || header === null) return null;
    return inARow(runsOf(packet.subarray(SMP_HEADER)), (payload) =>
      encodeSmpSerial(
        Uint8Array.from([...encodeSmpHeader({ ...header, length: payload.length }), ...payload]),
      ),
    );
  },
};
