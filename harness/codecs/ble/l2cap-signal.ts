import type { PeerError } from '#core/errors.ts';
import { blob, list, size, u16, u8, type Layout, type Lies } from '#codecs/ble/layout.ts';
import { decodeLayout } from '#codecs/ble/layout-decode.ts';
import { encodeLayout } from '#codecs/ble/layout-encode.ts';
import { PduCodec, type PduKind, type PduOf, type RawPdu } from '#codecs/ble/pdu.ts';

function signal<const L extends Layout>(code: number, title: string, layout: L): PduKind<L> {
  return { code, title, layout };
}

const CHANNEL = [u16('mtu'), u16('mps'), u16('credits')] as const;
const CIDS = [u16('cid')] as const;

/** Commands of the LE signalling channel (Core 6 Vol 3 Part A 4). */
export const SIGNALS = {
  reject: signal(0x01, 'Command Reject', [u16('reason'), blob('details')]),
  disconnectReq: signal(0x06, 'Disconnection Request', [u16('dcid'), u16('scid')]),
  disconnectRsp: signal(0x07, 'Disconnection Response', [u16('dcid'), u16('scid')]),
  parameterReq: signal(0x12, 'Connection Parameter Update Request', [
    u16('intervalMin'),
    u16('intervalMax'),
    u16('latency'),
    u16('timeout'),
  ]),
  parameterRsp: signal(0x13, 'Connection Parameter Update Response', [u16('result')]),
  creditConnectReq: signal(0x14, 'LE Credit Based Connection Request', [
    u16('spsm'),
    u16('scid'),
    ...CHANNEL,
  ]),
  creditConnectRsp: signal(0x15, 'LE Credit Based Connection Response', [
    u16('dcid'),
    ...CHANNEL,
    u16('result'),
  ]),
  credit: signal(0x16, 'Flow Control Credit', [u16('cid'), u16('credits')]),
  enhancedConnectReq: signal(0x17, 'Credit Based Connection Request', [
    u16('spsm'),
    ...CHANNEL,
    list('scids', CIDS),
  ]),
  enhancedConnectRsp: signal(0x18, 'Credit Based Connection Response', [
    ...CHANNEL,
    u16('result'),
    list('dcids', CIDS),
  ]),
  reconfigureReq: signal(0x19, 'Credit Based Reconfigure Request', [
    u16('mtu'),
    u16('mps'),
    list('dcids', CIDS),
  ]),
  reconfigureRsp: signal(0x1a, 'Credit Based Reconfigure Response', [u16('result')]),
} as const;

/** Channels that one enhanced request may name. */
export const MOST_ENHANCED = 5;

/** Why a command was rejected. */
export const REJECT = { notUnderstood: 0, mtuExceeded: 1, invalidCid: 2 } as const;

/** What came of a connection request. */
export const CREDIT_RESULT = {
  ok: 0,
  noSpsm: 2,
  noResources: 4,
  authentication: 5,
  authorisation: 6,
  keySize: 7,
  encryption: 8,
  invalidScid: 9,
  scidInUse: 10,
  unacceptable: 11,
  invalidParameters: 12,
} as const;

/** What came of a request to reconfigure. */
export const RECONFIGURE_RESULT = {
  ok: 0,
  mtuReduced: 1,
  mpsReduced: 2,
  invalidCid: 3,
  unacceptable: 4,
} as const;

/** Smallest MTU and MPS of a channel, and of one that the enhanced request opens. */
export const CHANNEL_LEAST = { plain: 23, enhanced: 64 } as const;

export type Signal = PduOf<typeof SIGNALS>;

const signals = new PduCodec('L2CAP', SIGNALS);
const FRAME = [u8('code'), u8('id'), size('length', 2, 'data'), blob('data')] as const;

/** A signalling frame with its identifier. */
export interface SignalFrame {
  readonly id: number;
  readonly signal: Signal | RawPdu;
}

/** Bytes of a signalling frame; lies name its fields, or `code`, `id` and `length`. */
export function encodeSignal({ id, signal: sent }: SignalFrame, lies: Lies = {}): Uint8Array {
  const values = { code: signals.codeOf(sent), id, data: signals.encode(sent, lies) };
  return encodeLayout(FRAME, values, lies);
}

/** One signalling frame; on LE there is one command in each. */
export function decodeSignal(bytes: Uint8Array): SignalFrame | PeerError {
  const frame = decodeLayout('L2CAP signal', FRAME, bytes);
  if (frame instanceof Error) return frame;
  const received = signals.decode(frame.code, frame.data);
  return received instanceof Error ? received : { id: frame.id, signal: received };
}
