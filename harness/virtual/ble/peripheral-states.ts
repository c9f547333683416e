import { decodeAtt } from '#codecs/ble/att.ts';
import { CID, type L2capFrame } from '#codecs/ble/l2cap.ts';
import { CREDIT_RESULT, decodeSignal } from '#codecs/ble/l2cap-signal.ts';
import type { BleFault } from '#virtual/ble/peripheral-faults.ts';

const EXECUTE_REQ = 0x18;
const SDU_LENGTH = 2;

/** An SDU under way: bytes announced, and bytes that came. */
interface HalfSdu {
  readonly announced: number;
  came: number;
}

/** What a flawed device has in mind of one link: mistakes that only some states of a conversation bring out. */
export class PeripheralStates {
  readonly #flaws: ReadonlySet<string>;
  /** Open channels by the device's own identifier, with the SDU that is under way. */
  readonly #channels = new Map<number, HalfSdu | null>();
  #hasFreedSdu = false;
  #hasFailed = false;

  constructor(flaws: ReadonlySet<string>) {
    this.#flaws = flaws;
  }

  /** A frame that came. */
  heard({ cid, payload }: L2capFrame): BleFault | null {
    if (cid === CID.att) return this.#executed(payload);
    return this.#channels.has(cid) ? this.#segment(cid, payload) : null;
  }

  /** A frame that the device sends. */
  said({ cid, payload }: L2capFrame): BleFault | null {
    if (cid === CID.att) this.#refused(payload);
    if (cid !== CID.signalling) return null;
    const frame = decodeSignal(payload);
    if (frame instanceof Error) return null;
    const { signal } = frame;
    if (signal.type === 'disconnectRsp') this.#closed(signal.dcid);
    return signal.type === 'creditConnectRsp' && signal.result === CREDIT_RESULT.ok
      ? this.#opened(signal.dcid)
      : null;
  }

  #opened(cid: number): BleFault | null {
    this.#channels.set(cid, null);
    return this.#hasFreedSdu && this.#flaws.has('ble/half-sdu-outlives-channel') ? 'crash' : null;
  }

  #closed(cid: number): void {
    if ((this.#channels.get(cid) ?? null) !== null) this.#hasFreedSdu = true;
    this.#channels.delete(cid);
  }

  #segment(cid: number, payload: Uint8Array): BleFault | null {
    const half = this.#channels.get(cid) ?? null;
    if (half !== null) {
      half.came += payload.length;
      if (half.came > half.announced && this.#flaws.has('ble/segments-past-sdu')) return 'crash';
    }
    const now = half ?? begun(payload);
    this.#channels.set(cid, now === null || now.came >= now.announced ? null : now);
    return null;
  }

  #refused(payload: Uint8Array): void {
    const pdu = decodeAtt(payload);
    if (pdu instanceof Error || pdu.type !== 'error') return;
    if (pdu.request === EXECUTE_REQ) this.#hasFailed = true;
  }

  #executed(payload: Uint8Array): BleFault | null {
    const pdu = decodeAtt(payload);
    if (pdu instanceof Error || pdu.type !== 'executeReq' || pdu.flags !== 1) return null;
    return this.#hasFailed && this.#flaws.has('ble/failed-execution-kept') ? 'crash' : null;
  }
}

function begun(payload: Uint8Array): HalfSdu | null {
  if (payload.length < SDU_LENGTH) return null;
  const announced = (payload[0] ?? 0) + 256 * (payload[1] ?? 0);
  return { announced, came: payload.length - SDU_LENGTH };
}
