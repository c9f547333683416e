import { decodePairing } from '#codecs/ble/pairing.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import type { SignalFrame } from '#codecs/ble/l2cap-signal.ts';
import { MOST_ENHANCED } from '#codecs/ble/l2cap-signal.ts';
import { SETTING_MOST } from '#virtual/ble/peripheral-database.ts';

/** What a mistake makes of the device: it restarts, or it stands still. */
export type BleFault = 'crash' | 'hang';

type Flaws = ReadonlySet<string>;

/** Shortest sound request of opcodes that name a handle, a range or a number. */
const SHORTEST: Readonly<Record<number, number>> = {
  0x02: 3,
  0x04: 5,
  0x06: 7,
  0x08: 7,
  0x0a: 3,
  0x0c: 5,
  0x12: 3,
};
/** Bytes that the parts of a prepared write were counted to need: the buffer has room for no more. */
const WRITE_BUFFER = 128;

/** What the controller's buffer has room for behind a frame that is shorter than its packet. */
const PADDING_MOST = 64;

/** A fragment of a frame, before it is put together with others, of which `missing` bytes are announced. */
export function pieceFault(
  flaws: Flaws,
  isStart: boolean,
  data: Uint8Array,
  missing: number,
): BleFault | null {
  if (!isStart) {
    const isBeyond = missing > 0 && data.length > missing;
    return isBeyond && flaws.has('ble/continuation-overflow') ? 'crash' : null;
  }
  if (flaws.has('ble/start-fragment-trusted') && data.length > 0 && data.length < 4) return 'crash';
  if (data.length < 4) return null;
  const length = (data[0] ?? 0) + 256 * (data[1] ?? 0);
  const rest = data.length - 4;
  if (flaws.has('ble/frame-length-trusted') && length > 0xfffb) return 'crash';
  if (flaws.has('ble/empty-frame-underflow') && length === 0 && rest > 0) return 'crash';
  return flaws.has('ble/padding-copied') && rest - length > PADDING_MOST ? 'crash' : null;
}

/** An ATT PDU; `waiting` are those behind it in the queue, `clientFeatures` the handle of that value. */
export function attFault(
  flaws: Flaws,
  pdu: Uint8Array,
  waiting: readonly Uint8Array[],
  clientFeatures: number,
): BleFault | null {
  const opcode = pdu[0] ?? 0;
  const handle = (pdu[1] ?? 0) + 256 * (pdu[2] ?? 0);
  const isFeatures = opcode === 0x12 && handle === clientFeatures && pdu.length > 4;
  if (isFeatures && flaws.has('ble/client-features-overflow')) return 'crash';
  if (flaws.has('ble/handle-not-complete') && pdu.length < (SHORTEST[opcode] ?? 0)) return 'crash';
  const isLong = (opcode === 0x12 || opcode === 0x52) && pdu.length - 3 > SETTING_MOST;
  if (flaws.has('ble/write-length-trusted') && isLong) return 'crash';
  const isDoubled = opcode === 0x02 && waiting.some((other) => other[0] === 0x02);
  return flaws.has('ble/second-mtu-deadlock') && isDoubled ? 'hang' : null;
}

/** Adds up prepared parts as the flawed device does, whose offsets may overlap. */
export class PreparedCount {
  #counted = 0;

  /** The part itself; gives whether what was counted passes the buffer, though every offset fits. */
  add(flaws: Flaws, pdu: Uint8Array): BleFault | null {
    if (pdu[0] === 0x18) this.#counted = 0;
    if (pdu[0] !== 0x16 || pdu.length < 5) return null;
    this.#counted += pdu.length - 5;
    const offset = (pdu[3] ?? 0) + 256 * (pdu[4] ?? 0);
    const isBeyond = this.#counted > WRITE_BUFFER && offset < WRITE_BUFFER;
    return flaws.has('ble/prepared-write-overlap') && isBeyond ? 'crash' : null;
  }
}

/** A signalling command. */
export function signalFault(flaws: Flaws, { signal }: SignalFrame): BleFault | null {
  if (signal.type === 'creditConnectRsp') {
    const isWild = signal.dcid < CID.firstDynamic || signal.dcid > CID.lastDynamic;
    return isWild && flaws.has('ble/unasked-response-taken') ? 'crash' : null;
  }
  const cids =
    signal.type === 'enhancedConnectReq'
      ? signal.scids.length
      : signal.type === 'reconfigureReq'
        ? signal.dcids.length
        : 0;
  return flaws.has('ble/enhanced-connect-overflow') && cids > MOST_ENHANCED ? 'crash' : null;
}

/** A pairing PDU; `legacy`: the features have led to legacy pairing. */
export function pairingFault(flaws: Flaws, bytes: Uint8Array, legacy: boolean): BleFault | null {
  const pdu = decodePairing(bytes);
  if (pdu instanceof Error) return null;
  if (pdu.type === 'request' && flaws.has('ble/key-size-unchecked') && pdu.maxKeySize > 16) return 'crash';
  return pdu.type === 'publicKey' && legacy && flaws.has('ble/public-key-in-legacy') ? 'crash' : null;
}

/** What a flawed device makes of PDUs that come before what they belong to. */
export class PairingOrder {
  #hasKey = false;

  take(flaws: Flaws, bytes: Uint8Array): BleFault | null {
    if (bytes[0] === 0x01) this.#hasKey = false;
    if (bytes[0] === 0x0c) this.#hasKey = true;
    const isEarly = bytes[0] === 0x0d && bytes.length === 17 && !this.#hasKey;
    return isEarly && flaws.has('ble/check-before-key') ? 'crash' : null;
  }
}
