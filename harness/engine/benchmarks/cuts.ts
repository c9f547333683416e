import { runSweep } from '#core/conduct-sweep.ts';
import type { Phase } from '#core/cut-sweep.ts';
import { TEARS } from '#core/tear.ts';
import { InternalError } from '#core/errors.ts';
import { loadBench } from '#engine/load-bench.ts';

const PHASES: readonly Phase[] = ['upgrade', 'revert', 'confirm', 'upload'];
const BOARD = 'nrf52840-dk';

/** Rounds over all phases, the first of which only warms up. */
const ROUNDS = 4;

/**
 * Power cuts per second on one core: every flash operation of every phase of an update on the virtual nRF52840 DK, cut
 * before, inside and after it, each judged to the end of recovery.
 */
export async function benchmark(say: (line: string) => void): Promise<void> {
  const bench = await loadBench('virtual');
  const entry = bench.boards.find((board) => board.facts.id === BOARD);
  const { signal } = new AbortController();
  const rig = await entry?.open({ signal });
  if (entry === undefined || rig?.sweep === undefined) {
    throw new InternalError({
      code: 'benchmark-board',
      message: `the virtual bench has no ${BOARD} that can sweep`,
      remedy: 'look at boards/benches/virtual.ts',
    });
  }
  await using board = rig;
  const image = entry.facts.firmware.build({ version: '1.3.0' }).bytes;
  let cuts = 0;
  let seconds = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const phase of PHASES) {
      await board.prepare({ signal });
      const began = performance.now();
      const plan = { phase, image, tears: TEARS, seed: round };
      const summary = await runSweep(rig.sweep, plan, { signal, onCut: () => undefined });
      const took = (performance.now() - began) / 1000;
      say(`${phase}: ${summary.operations} operations, ${summary.cuts} cuts in ${took.toFixed(2)} s`);
      if (round === 0) continue;
      cuts += summary.cuts;
      seconds += took;
    }
  }
  say(`cuts ${Math.round(cuts / seconds)} /s`);
}
