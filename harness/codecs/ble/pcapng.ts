import { encodeH4 } from '#codecs/ble/h4.ts';
import type { HciRecord } from '#codecs/ble/btsnoop.ts';
import { encodePcapng, LINK_TYPE, type CapturedFrame } from '#codecs/pcapng.ts';

/** A packet for a capture, with what is to be said of it. */
export interface CapturedPacket extends HciRecord, Pick<CapturedFrame, 'comment'> {}

/** A pcapng file of one HCI interface. */
export function encodeHciPcapng(name: string, packets: readonly CapturedPacket[]): Uint8Array {
  return encodePcapng({ name, linkType: LINK_TYPE.bluetoothH4 }, packets.map(frameOf));
}

/** A big-endian direction stands in front of H4: 0 for what the host sent. */
function frameOf({ received, packet, ...rest }: CapturedPacket): CapturedFrame {
  const direction = Uint8Array.of(0, 0, 0, received ? 1 : 0);
  return { ...rest, bytes: Uint8Array.from(Buffer.concat([direction, encodeH4(packet)])) };
}
