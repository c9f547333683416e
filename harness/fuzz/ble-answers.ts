import { decodeAtt } from '#codecs/ble/att.ts';
import { CID, L2CAP_HEADER, type L2capFrame } from '#codecs/ble/l2cap.ts';
import { decodeSignal } from '#codecs/ble/l2cap-signal.ts';
import { decodePairing } from '#codecs/ble/pairing.ts';
import type { AnswerKind } from '#fuzz/novelty.ts';

/** What a frame is about: attributes, pairing, or channels and what goes over them. */
export function topicOf(cid: number): 'att' | 'pairing' | 'channels' {
  if (cid === CID.att) return 'att';
  return cid === CID.pairing ? 'pairing' : 'channels';
}

/** Length in steps of powers of two: the same kind of answer may be longer by a value. */
const sizeOf = ({ length }: Uint8Array) => Math.ceil(Math.log2(length + 1));

/** What stands in an answer and says why: the code of an error, a reason, a result. */
function whyIn(pdu: object): string {
  const { code, reason, result } = pdu as Readonly<Record<string, unknown>>;
  return [code, reason, result].filter((member) => typeof member === 'number').join(' ');
}

/** Answers that leave a device as it was: refusals, and what was only read. */
const STILL: ReadonlySet<string> = new Set([
  'error',
  'reject',
  'raw',
  'findInfoRsp',
  'findByValueRsp',
  'readByTypeRsp',
  'readRsp',
  'readBlobRsp',
  'readMultipleRsp',
  'readByGroupRsp',
  'readVariableRsp',
]);

/** PDU and why; of values only how long they are. */
function kindOf({ cid, payload }: L2capFrame): Omit<AnswerKind, 'topic'> {
  const read = { [CID.att]: decodeAtt, [CID.signalling]: readSignal, [CID.pairing]: decodePairing }[cid];
  const pdu = read?.(payload) ?? null;
  if (pdu === null) return { kind: `data ${sizeOf(payload)}`, isStep: true };
  if (pdu instanceof Error) return { kind: `unreadable ${sizeOf(payload)}`, isStep: false };
  const why = whyIn(pdu);
  const isRefusal = 'result' in pdu && pdu.result !== 0;
  const kind = `${pdu.type} ${why === '' ? sizeOf(payload) : why}`;
  return { kind, isStep: !isRefusal && !STILL.has(pdu.type) };
}

function readSignal(payload: Uint8Array) {
  const frame = decodeSignal(payload);
  return frame instanceof Error ? frame : frame.signal;
}

/** Kinds of the frames in an answer, in order; the rest of a frame that is not whole is left out. */
export function answerKinds(answer: Uint8Array): readonly AnswerKind[] {
  const kinds: AnswerKind[] = [];
  for (let at = 0; at + L2CAP_HEADER <= answer.length;) {
    const length = (answer[at] ?? 0) + 256 * (answer[at + 1] ?? 0);
    const cid = (answer[at + 2] ?? 0) + 256 * (answer[at + 3] ?? 0);
    const payload = answer.subarray(at + L2CAP_HEADER, at + L2CAP_HEADER + length);
    if (payload.length < length) break;
    kinds.push({ topic: topicOf(cid), ...kindOf({ cid, payload }) });
    at += L2CAP_HEADER + length;
  }
  return kinds;
}
