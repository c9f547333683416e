import type { PeerError } from '#core/errors.ts';
import { bytes, u16, u24, u32, u8, type Layout, type Lies, type ValuesOf } from '#codecs/ble/layout.ts';
import { bleError, decodeLayout } from '#codecs/ble/layout-decode.ts';
import { encodeLayout } from '#codecs/ble/layout-encode.ts';
import { PduCodec, type PduKind, type PduOf, type RawPdu } from '#codecs/ble/pdu.ts';

/** Payload of a CONNECT_IND (Core 6 Vol 6 Part B 2.3.3.1). */
export const CONNECT_IND = [
  bytes('initiator', 6),
  bytes('advertiser', 6),
  u32('accessAddress'),
  u24('crcInit'),
  u8('windowSize'),
  u16('windowOffset'),
  u16('interval'),
  u16('latency'),
  u16('timeout'),
  bytes('channels', 5),
  u8('hop'),
] as const;

export type ConnectInd = ValuesOf<typeof CONNECT_IND>;

/** The payload as bytes; lies name its fields. */
export function encodeConnectInd(values: ConnectInd, lies: Lies = {}): Uint8Array {
  return encodeLayout(CONNECT_IND, values, lies);
}

/** The request in these 34 bytes. */
export function decodeConnectInd(payload: Uint8Array): ConnectInd | PeerError {
  return decodeLayout('CONNECT_IND', CONNECT_IND, payload);
}

/** Kinds of data channel PDUs: reserved, a continuation (or nothing), a start, control. */
export const LLID = { reserved: 0, continuation: 1, start: 2, control: 3 } as const;
/** Bits of the header besides the LLID. */
export const LL_FLAG = { nextExpected: 4, sequence: 8, more: 16 } as const;
const HEADER = 2;

/** A data channel PDU; `length` is what the header says, if not the truth. */
export function encodeDataPdu(
  llid: number,
  payload: Uint8Array,
  length = payload.length,
  flags = 0,
): Uint8Array {
  return Uint8Array.from([llid | flags, length & 0xff, ...payload]);
}

/** What a data channel PDU says, and what is in it. */
export interface DataPdu {
  readonly llid: number;
  readonly flags: number;
  /** As the header says. */
  readonly length: number;
  readonly payload: Uint8Array;
}

/** The PDU in these bytes, whatever its length says; an error where there is no header. */
export function decodeDataPdu(pdu: Uint8Array): DataPdu | PeerError {
  const [first, length] = pdu;
  if (first === undefined || length === undefined) {
    return bleError('truncated', 'a data channel PDU without header', `${HEADER} bytes`, `${pdu.length}`);
  }
  return { llid: first & 3, flags: first & ~3, length, payload: pdu.slice(HEADER) };
}

function control<const L extends Layout>(code: number, title: string, layout: L): PduKind<L> {
  return { code, title, layout };
}

/** Parameters of a connection that both sides may ask for. */
const PARAMETERS = [u16('intervalMin'), u16('intervalMax'), u16('latency'), u16('timeout')] as const;
const LENGTHS = [u16('rxOctets'), u16('rxTime'), u16('txOctets'), u16('txTime')] as const;

/** Control PDUs (2.4.2) that known attacks need, and their answers. */
export const LL_CONTROL = {
  updateInd: control(0x00, 'LL_CONNECTION_UPDATE_IND', [
    u8('windowSize'),
    u16('windowOffset'),
    u16('interval'),
    u16('latency'),
    u16('timeout'),
    u16('instant'),
  ]),
  channelMapInd: control(0x01, 'LL_CHANNEL_MAP_IND', [bytes('channels', 5), u16('instant')]),
  terminateInd: control(0x02, 'LL_TERMINATE_IND', [u8('reason')]),
  unknownRsp: control(0x07, 'LL_UNKNOWN_RSP', [u8('code')]),
  featureReq: control(0x08, 'LL_FEATURE_REQ', [bytes('features', 8)]),
  featureRsp: control(0x09, 'LL_FEATURE_RSP', [bytes('features', 8)]),
  versionInd: control(0x0c, 'LL_VERSION_IND', [u8('version'), u16('company'), u16('subversion')]),
  parameterReq: control(0x0f, 'LL_CONNECTION_PARAM_REQ', [
    ...PARAMETERS,
    u8('preferred'),
    u16('reference'),
    bytes('offsets', 12),
  ]),
  lengthReq: control(0x14, 'LL_LENGTH_REQ', LENGTHS),
  lengthRsp: control(0x15, 'LL_LENGTH_RSP', LENGTHS),
  phyReq: control(0x16, 'LL_PHY_REQ', [u8('tx'), u8('rx')]),
  phyRsp: control(0x17, 'LL_PHY_RSP', [u8('tx'), u8('rx')]),
  phyUpdateInd: control(0x18, 'LL_PHY_UPDATE_IND', [u8('toPeripheral'), u8('toCentral'), u16('instant')]),
} as const;

export type LlControl = PduOf<typeof LL_CONTROL>;

const controls = new PduCodec('LL', LL_CONTROL);

/** A control PDU with its header. */
export function encodeLlControl(sent: LlControl | RawPdu, lies: Lies = {}): Uint8Array {
  return encodeDataPdu(
    LLID.control,
    Uint8Array.from([controls.codeOf(sent), ...controls.encode(sent, lies)]),
  );
}

/** The control PDU in the payload of a data channel PDU; an unknown code comes back raw. */
export function decodeLlControl(payload: Uint8Array): LlControl | RawPdu | PeerError {
  const [code] = payload;
  if (code === undefined) return bleError('truncated', 'a control PDU without code', '1 byte', 'none');
  return controls.decode(code, payload.subarray(1));
}

/** Channels that a map allows, of the 37 for data. */
export function channelCount(map: Uint8Array): number {
  const bits = [...map].map((byte, index) => (index === 4 ? byte & 0x1f : byte));
  return bits.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
}
