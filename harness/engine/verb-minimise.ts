import type { Json } from '#core/canonical.ts';
import { sequenceOf } from '#core/conduct-sweep.ts';
import type { Cut, CutObservation, CutSequence, CutSubject, RepeatOptions } from '#core/cut-sweep.ts';
import { sha256Hex } from '#core/digest.ts';
import { UsageError } from '#core/errors.ts';
import { flashMap } from '#core/flash-map.ts';
import type { Image } from '#core/image.ts';
import { minimiseCuts as minimise } from '#core/minimise-cuts.ts';
import type { MinimiseInput, MinimiseOutput } from '#core/verbs.ts';
import { use, type Verb, type VerbCall } from '#engine/verb-call.ts';

/** Runs a sequence; null where the board never comes to one of its operations. */
async function attempt(
  call: VerbCall,
  subject: CutSubject,
  cuts: readonly Cut[],
  onFlash?: RepeatOptions['onFlash'],
): Promise<CutObservation | null> {
  const seen = onFlash === undefined ? {} : { onFlash };
  try {
    return await use(call, 'sweep').repeat(subject, cuts, { signal: call.signal, ...seen });
  } catch (error) {
    if (error instanceof UsageError && error.code === 'cut-not-there') return null;
    throw error;
  }
}

/** What flash holds after a sequence, told by the two images and the boot loader's records. */
function mapEntry(call: VerbCall, update: Image, when: 'left' | 'settled', flash: Uint8Array): Json {
  const { areas, firmware, flash: shape, readRecords } = call.rig.board;
  const images = { before: firmware.golden.bytes, update: update.bytes };
  const map = flashMap(flash, shape.page, areas, images, readRecords?.(flash) ?? []);
  const name = when === 'left' ? 'Flash as the last cut left it' : 'Flash when the board had settled';
  return { name, when, digest: sha256Hex(flash), map: map as unknown as Json };
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
    const maps: Json[] = [];
    const again = await attempt(call, subject, sequenceOf(shortest.cut), (when, flash) => {
      maps.push(mapEntry(call, image, when, flash));
    });
    const reproduced = again?.left === shortest.cut.left && again.state === shortest.cut.state;
    const kept = sequence(call, input, shortest.cut);
    call.record('sequence', kept as unknown as Json);
    call.attach('cuts', kept as unknown as Json);
    for (const map of maps) call.record('flash', map);
    return { sequence: kept, cut: shortest.cut, tried: shortest.tried, reproduced };
  },
  asked: ({ phase, image, found }) => ({ phase, image: image.name, found: found.length }),
  told: ({ sequence: kept, tried, reproduced }) => ({
    cuts: kept?.cuts.length ?? 0,
    tried,
    reproduced,
  }),
};
