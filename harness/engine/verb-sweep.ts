import type { Json } from '#core/canonical.ts';
import { runSweep } from '#core/conduct-sweep.ts';
import type { CutObservation } from '#core/cut-sweep.ts';
import type { SweepInput, SweepOutput } from '#core/verbs.ts';
import { use, type Verb } from '#engine/verb-call.ts';

/** Cuts power at every flash operation of a phase; each cut is one entry of evidence. */
export const sweepCuts: Verb<SweepOutput, SweepInput> = {
  async run({ image, ...plan }, call) {
    call.keep(image);
    const cuts: CutObservation[] = [];
    const summary = await runSweep(
      use(call, 'sweep'),
      { ...plan, image: image.bytes },
      {
        signal: call.signal,
        onProgress: call.progress,
        onCut: (cut) => {
          cuts.push(cut);
          call.record('cut', cut as unknown as Json);
        },
      },
    );
    return { summary, cuts };
  },
  told: ({ summary }) => ({ summary: summary as unknown as Json }),
};
