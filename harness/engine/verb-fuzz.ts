import type { InjectReply, Liveness } from '#core/capabilities.ts';
import type { InputProtocol } from '#core/board.ts';
import { sha256Hex } from '#core/digest.ts';
import { isAssayError, PeerError } from '#core/errors.ts';
import type { FuzzCase, FuzzInput, FuzzResult } from '#core/verbs.ts';
import { use, type Verb, type VerbCall } from '#engine/verb-call.ts';

/** The board's trouble as a value; any other error is thrown on. */
async function orDead<T>(call: VerbCall, attempt: Promise<T>): Promise<T | string> {
  try {
    return await attempt;
  } catch (error) {
    if (call.signal.aborted || !isAssayError(error) || error.fault !== 'peer') throw error;
    return error.message;
  }
}

/** What the board took and had to refuse; null where it did not. */
function breachOf({ mustRefuse }: FuzzCase, reply: InjectReply | string): string | null {
  return mustRefuse !== undefined && typeof reply !== 'string' && reply.accepted === true ? mustRefuse : null;
}

function troubleOf(live: Liveness | string, boots: number): string | null {
  if (typeof live === 'string') return live;
  if (!live.alive) return `no answer to valid input: ${live.how}`;
  return live.boots > boots ? `rebooted by itself (${live.boots - boots} boots)` : null;
}

/** Sends one case and looks at the board after it; what broke, or null. */
async function tryCase(
  { protocol, cases }: FuzzInput,
  index: number,
  boots: number,
  call: VerbCall,
): Promise<{ readonly reply: InjectReply['reaction']; readonly what: string | null }> {
  const fuzzed = cases[index] as FuzzCase;
  const { name, bytes } = fuzzed;
  const radio = use(call, 'radio');
  const reply = await orDead(call, radio.inject(protocol, bytes, { signal: call.signal }));
  const live = await orDead(call, radio.alive(protocol, { signal: call.signal }));
  const trouble = troubleOf(live, boots);
  const what = trouble ?? breachOf(fuzzed, reply);
  const reaction = typeof reply === 'string' ? 'closed' : reply.reaction;
  const answer = typeof reply === 'string' ? { trouble: reply } : { answer: reply.bytes.length };
  call.record('case', {
    index,
    name,
    digest: sha256Hex(bytes),
    length: bytes.length,
    reaction,
    ...answer,
    alive: trouble === null,
    ...(what === null ? {} : { what }),
  });
  return { reply: reaction, what };
}

/** Boots so far on a board that is shown to be alive; a campaign against a dead board shows nothing. */
async function baseline(protocol: InputProtocol, call: VerbCall): Promise<number> {
  const live = await use(call, 'radio').alive(protocol, { signal: call.signal });
  if (live.alive) return live.boots;
  throw new PeerError({
    code: 'not-alive',
    message: `the board does not answer valid ${protocol} input before the first case: ${live.how}`,
    remedy: 'run the control scenario of this protocol alone and look at the console',
  });
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
      const { reply, what } = await tryCase(input, index, boots, call);
      if (reply === 'answered') answered += 1;
      call.progress(index + 1, input.cases.length);
      if (what === null) continue;
      const broken = { index, name, what };
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
