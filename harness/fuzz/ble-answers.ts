import { CID, L2CAP_HEADER } from '#codecs/ble/l2cap.ts';

/** Opcodes whose answers differ by a code inside them: where that code is, from the beginning or the end. */
const ATT_ERROR = 0x01;
const PAIRING_FAILED = 0x05;
const SIGNAL_REJECT = 0x01;
/** Connection responses, plain and enhanced, and the reconfiguration's: their result is a word near the end. */
const SIGNAL_RESULTS: Readonly<Record<number, number>> = { 0x15: 12, 0x18: 10, 0x1a: 4 };

/** Length in steps of powers of two: the same kind of answer may be longer by a value. */
const sizeOf = (length: number) => Math.ceil(Math.log2(length + 1));

/** The kind of one frame that a device sent: channel, code, and what says why. */
function kindOf(cid: number, payload: Uint8Array): string {
  const code = payload[0] ?? -1;
  if (cid === CID.att && code === ATT_ERROR) return `att error ${payload[1] ?? 0} ${payload[4] ?? 0}`;
  if (cid === CID.pairing && code === PAIRING_FAILED) return `pairing failed ${payload[1] ?? 0}`;
  if (cid !== CID.signalling) return `${cid >= CID.firstDynamic ? 'channel' : `${cid} ${code}`} ${sizeOf(payload.length)}`;
  const at = code === SIGNAL_REJECT ? 4 : SIGNAL_RESULTS[code];
  return `signal ${code} ${at === undefined ? sizeOf(payload.length) : (payload[at] ?? -1)}`;
}

/** Kinds of the frames in an answer, in order; the rest of a frame that is not whole is left out. */
export function answerKinds(answer: Uint8Array): readonly string[] {
  const kinds: string[] = [];
  for (let at = 0; at + L2CAP_HEADER <= answer.length;) {
    const length = (answer[at] ?? 0) + 256 * (answer[at + 1] ?? 0);
    const cid = (answer[at + 2] ?? 0) + 256 * (answer[at + 3] ?? 0);
    const payload = answer.subarray(at + L2CAP_HEADER, at + L2CAP_HEADER + length);
    if (payload.length < length) break;
    kinds.push(kindOf(cid, payload));
    at += L2CAP_HEADER + length;
  }
  return kinds;
}
