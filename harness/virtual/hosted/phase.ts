import type { CutSubject } from '#core/cut-sweep.ts';
import type { Wish } from '#virtual/hosted/chip.ts';
import { type HostedSilicon, type KnownRun, operationsOf } from '#virtual/hosted/silicon.ts';
import type { StorageContent } from '#virtual/storage-shape.ts';
import { type Identities, noControl, type TraceStep } from '#virtual/sweep-phase.ts';

/** A hosted chip, and the flash that it begins with. */
export interface HostedBench {
  readonly silicon: HostedSilicon;
  readonly golden: StorageContent;
}

/** What a phase does, and where it begins. */
export interface HostedPhase extends Identities {
  readonly begin: StorageContent;
  readonly trace: readonly TraceStep[];
}

/** In place of an identity, where no image ran. */
const NOTHING = '(nothing)';

/** Runs the update without a cut, and the phase in it with its operations told. BenchError `sweep-without-control`. */
export async function enterHosted(
  { silicon, golden }: HostedBench,
  { phase, image, refused }: CutSubject,
  signal: AbortSignal,
): Promise<HostedPhase> {
  const { storage } = silicon;
  const power = (wish: Wish) => silicon.power(wish, signal, null);
  storage.load(golden);
  const first = await power({ kind: 'boot' });
  const before = goldenIn(first);
  const idle = storage.save();
  const staged = await power({ kind: 'stage', image });
  if (phase === 'upload') {
    const update = refused ?? acceptedIn(await power({ kind: 'boot' }), before);
    return { before, update, begin: idle, trace: stepsOf(staged) };
  }
  const waiting = storage.save();
  const upgraded = await power({ kind: 'boot' });
  const update = refused ?? acceptedIn(upgraded, before);
  if (phase === 'upgrade') return { before, update, begin: waiting, trace: stepsOf(upgraded) };
  const trial = storage.save();
  if (phase === 'revert') {
    return { before, update, begin: trial, trace: stepsOf(await power({ kind: 'boot' })) };
  }
  // The trial must go on while it is confirmed: it is confirmed in the run that began it.
  storage.load(waiting);
  const confirmed = await power({ kind: 'confirm', identity: update });
  const after = await power({ kind: 'boot' });
  const trace = [...confirmed.working, ...operationsOf(after)].map(stepOf);
  return { before, update, begin: trial, trace };
}

/**
 * The update that runs after a boot; where the old image still does, there is nothing to cut. A board that nothing runs on
 * after an update did that itself, since the same update went well where the attack's control was: its cuts show it.
 */
function acceptedIn({ app }: KnownRun, before: string): string {
  if (app?.identity === before) throw noControl('the update does not run, although nothing was cut');
  return app?.identity ?? NOTHING;
}

/** The image that runs before anything is done; it has to. */
function goldenIn({ app }: KnownRun): string {
  if (app === null) throw noControl('the golden image does not boot');
  return app.identity;
}

function stepsOf(run: KnownRun): readonly TraceStep[] {
  return Array.from(operationsOf(run), stepOf);
}

function stepOf(operation: TraceStep['operation']): TraceStep {
  return { powerUps: 0, operation };
}
