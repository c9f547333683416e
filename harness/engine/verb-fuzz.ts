import type { Liveness } from '#core/capabilities.ts';
import type { InputProtocol } from '#core/board.ts';
import type { FuzzInput, FuzzResult } from '#core/verbs.ts';
import { caseRecord, isAnswered } from '#engine/triage/case-record.ts';
import { baseline, lookAfter, orDead } from '#engine/triage/look.ts';
import { use, type Verb, type VerbCall } from '#engine/verb-call.ts';

async function resets(call: VerbCall): Promise<boolean> {
  await use(call, 'power').reset({ signal: call.signal });
  call.record('power', { edge: 'reset' });
  const seen = await orDead(call, use(call, 'identity').read({ signal: call.signal }));
  return typeof seen !== 'string' && seen.running;
}

/** Sends each case and checks liveness after it; stops at the first that breaks the board, and resets it then. */
export const fuzz: Verb<FuzzResult, FuzzInput> = {
  async run(input, call) {
    const before = await baseline(input.protocol, call);
    let answered = 0;
    for (const [index, fuzzed] of input.cases.entries()) {
      const looked = await lookAfter(input.protocol, fuzzed, before, call);
      call.record('case', caseRecord(index, fuzzed, looked));
      if (isAnswered(looked)) answered += 1;
      call.progress(index + 1, input.cases.length);
      const { alarm } = looked;
      if (alarm === null) continue;
      const broken = { index, name: fuzzed.name, what: alarm.what, alarm };
      return { sent: index + 1, answered, broken, recovered: await resets(call) };
    }
    return { sent: input.cases.length, answered, broken: null, recovered: null };
  },
  asked: ({ protocol, cases }) => ({ protocol, cases: cases.map(({ name }) => name) }),
};

/** Valid input, and whether the application answers it. */
export const readLiveness: Verb<Liveness, { readonly protocol: InputProtocol }> = {
  run: ({ protocol }, call) => use(call, 'radio').alive(protocol, { signal: call.signal }),
};
