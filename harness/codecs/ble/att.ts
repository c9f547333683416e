import type { PeerError } from '#core/errors.ts';
import { blob, list, size, u16, u8, type Layout, type Lies } from '#codecs/ble/layout.ts';
import { bleError } from '#codecs/ble/layout-decode.ts';
import { PduCodec, type PduKind, type PduOf, type RawPdu } from '#codecs/ble/pdu.ts';

function pdu<const L extends Layout>(code: number, title: string, layout: L): PduKind<L> {
  return { code, title, layout };
}

const RANGE = [u16('start'), u16('end')] as const;
const ROWS = [u8('each'), blob('rows')] as const;
const HANDLES = [list('handles', [u16('handle')])] as const;
const VALUE = [u16('handle'), blob('value')] as const;
const PART = [u16('handle'), u16('offset'), blob('value')] as const;
const SIZED_VALUE = [u16('handle'), size('length', 2, 'value'), blob('value')] as const;

/** The Attribute Protocol (Core 6 Vol 3 Part F 3.4). Types are written as on the wire: 2 or 16 bytes. */
export const ATT_PDUS = {
  error: pdu(0x01, 'Error Response', [u8('request'), u16('handle'), u8('code')]),
  mtuReq: pdu(0x02, 'Exchange MTU Request', [u16('mtu')]),
  mtuRsp: pdu(0x03, 'Exchange MTU Response', [u16('mtu')]),
  findInfoReq: pdu(0x04, 'Find Information Request', RANGE),
  findInfoRsp: pdu(0x05, 'Find Information Response', [u8('format'), blob('rows')]),
  findByValueReq: pdu(0x06, 'Find By Type Value Request', [...RANGE, u16('attributeType'), blob('value')]),
  findByValueRsp: pdu(0x07, 'Find By Type Value Response', [list('found', [u16('handle'), u16('groupEnd')])]),
  readByTypeReq: pdu(0x08, 'Read By Type Request', [...RANGE, blob('attributeType')]),
  readByTypeRsp: pdu(0x09, 'Read By Type Response', ROWS),
  readReq: pdu(0x0a, 'Read Request', [u16('handle')]),
  readRsp: pdu(0x0b, 'Read Response', [blob('value')]),
  readBlobReq: pdu(0x0c, 'Read Blob Request', [u16('handle'), u16('offset')]),
  readBlobRsp: pdu(0x0d, 'Read Blob Response', [blob('value')]),
  readMultipleReq: pdu(0x0e, 'Read Multiple Request', HANDLES),
  readMultipleRsp: pdu(0x0f, 'Read Multiple Response', [blob('values')]),
  readByGroupReq: pdu(0x10, 'Read By Group Type Request', [...RANGE, blob('attributeType')]),
  readByGroupRsp: pdu(0x11, 'Read By Group Type Response', ROWS),
  writeReq: pdu(0x12, 'Write Request', VALUE),
  writeRsp: pdu(0x13, 'Write Response', []),
  prepareReq: pdu(0x16, 'Prepare Write Request', PART),
  prepareRsp: pdu(0x17, 'Prepare Write Response', PART),
  executeReq: pdu(0x18, 'Execute Write Request', [u8('flags')]),
  executeRsp: pdu(0x19, 'Execute Write Response', []),
  notify: pdu(0x1b, 'Handle Value Notification', VALUE),
  indicate: pdu(0x1d, 'Handle Value Indication', VALUE),
  confirm: pdu(0x1e, 'Handle Value Confirmation', []),
  readVariableReq: pdu(0x20, 'Read Multiple Variable Request', HANDLES),
  readVariableRsp: pdu(0x21, 'Read Multiple Variable Response', [
    list('values', [size('length', 2, 'value'), blob('value')]),
  ]),
  notifyMultiple: pdu(0x23, 'Multiple Handle Value Notification', [list('values', SIZED_VALUE)]),
  writeCommand: pdu(0x52, 'Write Command', VALUE),
  // The signature's place is known from the end, so that the value cannot be a field of its own in front of it.
  signedWrite: pdu(0xd2, 'Signed Write Command', [u16('handle'), blob('valueAndSignature')]),
} as const;

/** Error codes of ATT. */
export const ATT_ERROR = {
  invalidHandle: 0x01,
  readNotPermitted: 0x02,
  writeNotPermitted: 0x03,
  invalidPdu: 0x04,
  authentication: 0x05,
  notSupported: 0x06,
  invalidOffset: 0x07,
  authorisation: 0x08,
  queueFull: 0x09,
  notFound: 0x0a,
  notLong: 0x0b,
  keySize: 0x0c,
  invalidLength: 0x0d,
  unlikely: 0x0e,
  encryption: 0x0f,
  unsupportedGroup: 0x10,
  resources: 0x11,
  outOfSync: 0x12,
  valueNotAllowed: 0x13,
} as const;

/** Sizes that the protocol fixes. */
export const ATT_MTU = { least: 23, most: 517 } as const;

/** Longest value of an attribute. */
export const ATT_VALUE_MOST = 512;

export type AttPdu = PduOf<typeof ATT_PDUS>;

const att = new PduCodec('ATT', ATT_PDUS);

/** An ATT PDU as bytes; lies name its fields, or `opcode`. */
export function encodeAtt(sent: AttPdu | RawPdu, lies: Lies = {}): Uint8Array {
  const opcode = lies['opcode'] ?? att.codeOf(sent);
  return Uint8Array.from([...(typeof opcode === 'number' ? [opcode] : opcode), ...att.encode(sent, lies)]);
}

/** The ATT PDU in these bytes; an unknown opcode comes back raw. */
export function decodeAtt(received: Uint8Array): AttPdu | RawPdu | PeerError {
  const [opcode] = received;
  if (opcode === undefined) return bleError('att-empty', 'an ATT PDU without opcode', '1 byte', 'none');
  return att.decode(opcode, received.subarray(1));
}

/** The specification's name of an opcode. */
export function attTitle(opcode: number): string {
  return att.titleOf(opcode);
}

/** Cuts the rows of a list response; an error where they do not come out even. */
export function attRows(rows: Uint8Array, each: number): readonly Uint8Array[] | PeerError {
  if (each === 0 || rows.length === 0 || rows.length % each !== 0) {
    return bleError(
      'att-rows',
      'rows of a list response do not come out even',
      `rows of ${each}`,
      `${rows.length} bytes`,
    );
  }
  return Array.from({ length: rows.length / each }, (_, index) =>
    rows.slice(index * each, (index + 1) * each),
  );
}
