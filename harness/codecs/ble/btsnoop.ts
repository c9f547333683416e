import type { PeerError } from '#core/errors.ts';
import { H4, encodeH4, type H4Packet } from '#codecs/ble/h4.ts';
import { bleError } from '#codecs/ble/layout-decode.ts';

/** One HCI packet with when and which way it went. */
export interface HciRecord {
  /** True from controller to host. */
  readonly received: boolean;
  /** Microseconds since 1970. */
  readonly atUs: number;
  readonly packet: H4Packet;
}

const MAGIC = [0x62, 0x74, 0x73, 0x6e, 0x6f, 0x6f, 0x70, 0x00] as const;
const H4_LINK = 1002;
const FILE_HEADER = 16;
const RECORD_HEADER = 24;
/** Microseconds from the year 0, where btsnoop counts from, to 1970. */
const EPOCH_US = 0x00dc_ddb3_0f2f_8000n;
const RECEIVED = 1;
const COMMAND_OR_EVENT = 2;
/** No HCI packet is longer: indicator, ACL header and 65535 bytes. */
const MOST = 65_540;

/** A btsnoop file (version 1, H4 framing) of these packets. */
export function encodeBtsnoop(records: readonly HciRecord[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(8));
  header.setUint32(0, 1);
  header.setUint32(4, H4_LINK);
  const parts = [Uint8Array.from(MAGIC), new Uint8Array(header.buffer), ...records.flatMap(encodeRecord)];
  return Uint8Array.from(Buffer.concat(parts));
}

function encodeRecord({ received, atUs, packet }: HciRecord): readonly Uint8Array[] {
  const bytes = encodeH4(packet);
  const isControl = packet.indicator === H4.command || packet.indicator === H4.event;
  const header = new DataView(new ArrayBuffer(RECORD_HEADER));
  header.setUint32(0, bytes.length);
  header.setUint32(4, bytes.length);
  header.setUint32(8, (received ? RECEIVED : 0) | (isControl ? COMMAND_OR_EVENT : 0));
  header.setBigUint64(16, EPOCH_US + BigInt(Math.round(atUs)));
  return [new Uint8Array(header.buffer), bytes];
}

/** The packets of a btsnoop file; a PeerError where it is none, or ends within a record. */
export function decodeBtsnoop(bytes: Uint8Array): readonly HciRecord[] | PeerError {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < FILE_HEADER || MAGIC.some((byte, index) => bytes[index] !== byte)) {
    return bleError('btsnoop', 'this is no btsnoop file', 'its eight magic bytes', 'others');
  }
  if (view.getUint32(12) !== H4_LINK) {
    return bleError(
      'btsnoop',
      'the packets are not framed as H4',
      String(H4_LINK),
      String(view.getUint32(12)),
    );
  }
  const records: HciRecord[] = [];
  for (let at = FILE_HEADER; at < bytes.length;) {
    const length = bytes.length - at < RECORD_HEADER ? MOST + 1 : view.getUint32(at + 4);
    const end = at + RECORD_HEADER + length;
    if (length === 0 || length > MOST || end > bytes.length) {
      return bleError(
        'btsnoop',
        'the file ends within a record',
        '1 to 65540 bytes',
        `${bytes.length - at} left`,
      );
    }
    const flags = view.getUint32(at + 8);
    const atUs = Number(view.getBigUint64(at + 16) - EPOCH_US);
    const packet = {
      indicator: bytes[at + RECORD_HEADER] ?? 0,
      body: bytes.slice(at + RECORD_HEADER + 1, end),
    };
    records.push({ received: (flags & RECEIVED) !== 0, atUs, packet });
    at = end;
  }
  return records;
}
