import type { Json } from '#core/canonical.ts';
import { sha256Hex } from '#core/digest.ts';
import type { FuzzCase } from '#core/verbs.ts';
import type { Looked } from '#engine/triage/look.ts';

/** What the evidence says of a case: its bytes by digest, what the board did, and the alarm where there was one. */
export function caseRecord(index: number, { name, bytes }: FuzzCase, { reply, alarm }: Looked): Json {
  const answer =
    typeof reply === 'string'
      ? { reaction: 'closed', trouble: reply }
      : { reaction: reply.reaction, answer: reply.bytes.length };
  return {
    index,
    name,
    digest: sha256Hex(bytes),
    length: bytes.length,
    ...answer,
    alive: alarm === null || alarm.oracle === 'breach',
    ...(alarm === null ? {} : { what: alarm.what, oracle: alarm.oracle }),
  };
}

/** Whether the board answered the input itself. */
export function isAnswered({ reply }: Looked): boolean {
  return typeof reply !== 'string' && reply.reaction === 'answered';
}
