import type { Alarm } from '#core/alarm.ts';
import type { InjectReply, Liveness } from '#core/capabilities.ts';
import type { InputProtocol } from '#core/board.ts';
import { sha256Hex } from '#core/digest.ts';
import type { FuzzCase, FuzzInput, FuzzResult } from '#core/verbs.ts';
import { baseline, lookAfter, orDead } from '#engine/triage/look.ts';
import { use, type Verb, type VerbCall } from '#engine/verb-call.ts';

/** Sends one case and looks at the board after it. */
async function tryCase(
  { protocol, cases }: FuzzInput,
  index: number,
  boots: number,
  call: VerbCall,
): Promise<{ readonly reply: InjectReply['reaction']; readonly alarm: Alarm | null }> {
  const fuzzed = cases[index] as FuzzCase;
  const { name, bytes } = fuzzed;
  const { reply, alarm } = await lookAfter(protocol, fuzzed, boots, call);
  const reaction = typeof reply === 'string' ? 'closed' : reply.reaction;
  const answer = typeof reply === 'string' ? { trouble: reply } : { answer: reply.bytes.length };
  call.record('case', {
    index,
    name,
    digest: sha256Hex(bytes),
    length: bytes.length,
    reaction,
    ...answer,
    alive: alarm === null || alarm.oracle === 'breach',
    ...(alarm === null ? {} : { what: alarm.what, oracle: alarm.oracle }),
  });
  return { reply: reaction, alarm };
}

async function resets(call: VerbCall): Promise<boolean> {
  await use(call, 'power').reset({ signal: call.signal });
  call.record('power', { edge: 'reset' });
  const seen = await orDead(call, use(call, 'identity').read({ signal: call.signal }));
  return typeof seen !== 'string' && seen.running;
}

/** Sends each case and checks liveness after it; stops at the first that breaks the board, and resets it then. */
export const fuzz: Verb<FuzzResult, FuzzInput> = {
  async run(input, call) {
    const boots = await baseline(input.protocol, call);
    let answered = 0;
    for (const [index, { name }] of input.cases.entries()) {
      const { reply, alarm } = await tryCase(input, index, boots, call);
      if (reply === 'answered') answered += 1;
      call.progress(index + 1, input.cases.length);
      if (alarm === null) continue;
      const broken = { index, name, what: alarm.what, alarm };
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
