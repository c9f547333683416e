import type { Json } from '#core/canonical.ts';
import { sequenceOf } from '#core/conduct-sweep.ts';
import type { Cut, CutObservation, CutSequence, CutSubject } from '#core/cut-sweep.ts';
import { UsageError } from '#core/errors.ts';
import { minimiseCuts as minimise } from '#core/minimise-cuts.ts';
import type { MinimiseInput, MinimiseOutput } from '#core/verbs.ts';
import { use, type Verb, type VerbCall } from '#engine/verb-call.ts';

/** Runs a sequence; null where the board never comes to one of its operations. */
async function attempt(
  call: VerbCall,
  subject: CutSubject,
  cuts: readonly Cut[],
): Promise<CutObservation | null> {
  try {
    return await use(call, 'sweep').repeat(subject, cuts, { signal: call.signal });
  } catch (error) {
    if (error instanceof UsageError && error.code === 'cut-not-there') return null;
    throw error;
  }
}

function sequence(call: VerbCall, input: MinimiseInput, cut: CutObservation): CutSequence {
  const { board } = call.rig;
  const { kind, mode, version } = board.bootloader;
  const { phase, refused, confirms, image } = input;
  const { operation, tear, seed, address, length, later = [], left, state } = cut;
  return {
    schema: 'assay-cuts-1',
    board: board.id,
    profile: `${kind} ${mode} ${version}`,
    flaws: call.flaws,
    phase,
    image: image.digest,
    ...(refused === undefined ? {} : { refused }),
    ...(confirms === undefined ? {} : { confirms }),
    cuts: [{ operation, tear, seed, kind: cut.kind, address, length }, ...later],
    left,
    state,
  };
}

/** Looks for the shortest sequence of cuts that still breaks the board, and shows that it does so every time. */
export const minimiseCuts: Verb<MinimiseOutput, MinimiseInput> = {
  async run(input, call) {
    const { image, found, breaks, ...rest } = input;
    const subject: CutSubject = { ...rest, image: image.bytes };
    call.keep(image);
    const hunt = { breaks, attempt: (cuts: readonly Cut[]) => attempt(call, subject, cuts) };
    const shortest = await minimise(found, hunt);
    if (shortest === null) return { sequence: null, cut: null, tried: 0, reproduced: false };
    const again = await attempt(call, subject, sequenceOf(shortest.cut));
    const reproduced = again?.left === shortest.cut.left && again.state === shortest.cut.state;
    const kept = sequence(call, input, shortest.cut);
    call.record('sequence', kept as unknown as Json);
    call.attach('cuts', kept as unknown as Json);
    return { sequence: kept, cut: shortest.cut, tried: shortest.tried, reproduced };
  },
  asked: ({ phase, image, found }) => ({ phase, image: image.name, found: found.length }),
  told: ({ sequence: kept, tried, reproduced }) => ({
    cuts: kept?.cuts.length ?? 0,
    tried,
    reproduced,
  }),
};
