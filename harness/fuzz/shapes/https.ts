import type { CaseShape } from '#core/case-shape.ts';
import { encodeScript, parseScript } from '#codecs/server-script.ts';
import { inARow, runsOf } from '#fuzz/shapes/parts.ts';

/** Answer by answer, of a server that is told what to do. */
export const ANSWERS: CaseShape = {
  name: 'answers of the server',
  take: (bytes) => {
    const script = parseScript(bytes);
    if (script === null) return null;
    const join = (kept: readonly number[]) =>
      encodeScript({ ...script, answers: script.answers.filter((_, index) => kept.includes(index)) });
    return { parts: script.answers.length, join };
  },
};

/** The bytes of its last answer. */
export const ANSWER_BYTES: CaseShape = {
  name: 'bytes of the last answer',
  take: (bytes) => {
    const script = parseScript(bytes);
    const last = script?.answers.at(-1);
    if (script === null || last === undefined) return null;
    const before = script.answers.slice(0, -1);
    return inARow(runsOf(Buffer.from(last, 'latin1')), (kept) =>
      encodeScript({ ...script, answers: [...before, Buffer.from(kept).toString('latin1')] }),
    );
  },
};
