import { decodeAtt } from '#codecs/ble/att.ts';
import { CID, L2CAP_HEADER, type L2capFrame } from '#codecs/ble/l2cap.ts';
import { decodeSignal } from '#codecs/ble/l2cap-signal.ts';
import { decodePairing } from '#codecs/ble/pairing.ts';

/** Length in steps of powers of two: the same kind of answer may be longer by a value. */
const sizeOf = ({ length }: Uint8Array) => Math.ceil(Math.log2(length + 1));

/** What stands in an answer and says why: the code of an error, a reason, a result. */
function whyIn(pdu: object): string {
  const { code, reason, result } = pdu as Readonly<Record<string, unknown>>;
  return [code, reason, result].filter((member) => typeof member === 'number').join(' ');
}

/** The kind of one frame that a device sent: channel, PDU, why; of values only how long they are. */
function kindOf({ cid, payload }: L2capFrame): string {
  const read = { [CID.att]: decodeAtt, [CID.signalling]: readSignal, [CID.pairing]: decodePairing }[cid];
  const pdu = read?.(payload) ?? null;
  const size = sizeOf(payload);
  if (pdu === null) return `channel ${size}`;
  if (pdu instanceof Error) return `${cid} unreadable ${size}`;
  const why = whyIn(pdu);
  return `${cid} ${pdu.type} ${why === '' ? size : why}`;
}

function readSignal(payload: Uint8Array) {
  const frame = decodeSignal(payload);
  return frame instanceof Error ? frame : frame.signal;
}

/** Kinds of the frames in an answer, in order; the rest of a frame that is not whole is left out. */
export function answerKinds(answer: Uint8Array): readonly string[] {
  const kinds: string[] = [];
  for (let at = 0; at + L2CAP_HEADER <= answer.length;) {
    const length = (answer[at] ?? 0) + 256 * (answer[at + 1] ?? 0);
    const cid = (answer[at + 2] ?? 0) + 256 * (answer[at + 3] ?? 0);
    const payload = answer.subarray(at + L2CAP_HEADER, at + L2CAP_HEADER + length);
    if (payload.length < length) break;
    kinds.push(kindOf({ cid, payload }));
    at += L2CAP_HEADER + length;
  }
  return kinds;
}
