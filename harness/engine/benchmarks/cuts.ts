import { conductSweep } from '#core/conduct-sweep.ts';
import type { Phase, SweepPlan, SweepSummary, SweepWork } from '#core/cut-sweep.ts';
import { InternalError } from '#core/errors.ts';
import type { BoardEntry } from '#core/rig.ts';
import { TEARS } from '#core/tear.ts';
import { onOneProcessor } from '#engine/benchmarks/measure/processors.ts';
import { Crew } from '#engine/crew.ts';
import { loadBench } from '#engine/load-bench.ts';

const BENCH = 'virtual';
const BOARD = 'nrf52840-dk';
const PHASES: readonly Phase[] = ['upgrade', 'revert', 'confirm', 'upload'];
const { signal } = new AbortController();

/** Rounds over all phases, after some that warm up. */
const ROUNDS = 7;
const WARM_UP = 3;
/** Times that a torn operation is rolled in each of them. */
const ROLLS = 4;
/** Cuts of the sweeps whose time per cut is compared. */
const LENGTHS = [1000, 10_000, 100_000];
/** Pairs of sweeps, on one core and on two. */
const PAIRS = 9;
const PAIR_CUTS = 12_000;

/** What a stretch of work took. */
interface Took {
  readonly judged: number;
  readonly recognised: number;
  readonly seconds: number;
  /** Of the processor, all threads together. */
  readonly processorSeconds: number;
}

type Say = (line: string) => void;

class Bench {
  readonly #entry: BoardEntry;

  constructor(entry: BoardEntry) {
    this.#entry = entry;
  }

  plan(phase: Phase, seed: number, rolls = 1): SweepPlan {
    const image = this.#entry.facts.firmware.build({ version: '1.3.0' }).bytes;
    return { phase, image, tears: TEARS, seed, rolls };
  }

  /** Opens a sweep on a board of its own. */
  async open(plan: SweepPlan): Promise<SweepWork> {
    const { sweep } = await this.#entry.open({ signal });
    if (sweep !== undefined) return sweep.open(plan, { signal });
    throw new InternalError({
      code: 'benchmark-board',
      message: `${BOARD} of the ${BENCH} bench cannot sweep`,
      remedy: 'look at boards/benches/virtual.ts',
    });
  }

  /** A plan of about so many cuts. */
  async planOf(phase: Phase, cuts: number): Promise<SweepPlan> {
    const countAt = async (rolls: number) => {
      const work = await this.open(this.plan(phase, 1, rolls));
      await work.close();
      return work.cutsAt.reduce((sum, at) => sum + at, 0);
    };
    const [once, twice] = [await countAt(1), await countAt(2)];
    return this.plan(phase, cuts, Math.max(1, Math.round((cuts - once) / (twice - once)) + 1));
  }
}

async function timed(plan: SweepPlan, copies: readonly SweepWork[]): Promise<Took> {
  const [began, processor] = [performance.now(), process.cpuUsage()];
  const summary: SweepSummary = await conductSweep(plan, copies, { signal, onCut: () => undefined });
  const { user, system } = process.cpuUsage(processor);
  const seconds = (performance.now() - began) / 1000;
  await Promise.all(copies.map((copy) => copy.close()));
  return { ...summary, seconds, processorSeconds: (user + system) / 1e6 };
}

function together(all: readonly Took[]): Took {
  const of = (name: keyof Took) => all.reduce((soFar, one) => soFar + one[name], 0);
  return {
    judged: of('judged'),
    recognised: of('recognised'),
    seconds: of('seconds'),
    processorSeconds: of('processorSeconds'),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const rate = ({ judged }: Took, seconds: number) => Math.round(judged / seconds);

/** Every phase, on one core; gives the rounds. */
async function oneCore(bench: Bench, say: Say): Promise<readonly Took[]> {
  const rounds: Took[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const phases: Took[] = [];
    for (const phase of PHASES) {
      const plan = bench.plan(phase, round, ROLLS);
      phases.push(await timed(plan, [await bench.open(plan)]));
    }
    const all = together(phases);
    if (round >= WARM_UP) rounds.push(all);
    say(`round ${round}: ${all.judged} judged in ${all.seconds.toFixed(2)} s, ${all.recognised} recognised`);
  }
  return rounds;
}

/** Short and long sweeps: a cut must cost the same in both. */
async function lengths(bench: Bench, say: Say): Promise<void> {
  for (const cuts of LENGTHS) {
    const plan = await bench.planOf('upgrade', cuts);
    const took = await timed(plan, [await bench.open(plan)]);
    const [wall, processor] = [took.seconds, took.processorSeconds].map((s) => (s * 1e6) / took.judged);
    say(
      `${took.judged + took.recognised} cuts, ${took.judged} of them judged: ` +
        `${wall?.toFixed(0)} us each, ${processor?.toFixed(0)} us of the processor`,
    );
  }
}

/**
 * One core and two, in turn, so that whatever else the machine does hits both alike. One core means one: the runtime's own
 * threads share it, as each of two shares its core with them.
 */
async function twoCores(bench: Bench, say: Say): Promise<void> {
  await using crew = new Crew({ benchReference: BENCH, board: BOARD, flaws: [] }, 1);
  const plan = await bench.planOf('revert', PAIR_CUTS);
  const ratios: number[] = [];
  const worth: number[] = [];
  let isConfined = true;
  for (let pair = 0; pair <= PAIRS; pair++) {
    const alone = await bench.open(plan);
    const { result: one, confined } = await onOneProcessor(() => timed(plan, [alone]));
    isConfined &&= confined;
    const two = await timed(plan, [await bench.open(plan), ...(await crew.open(plan, signal))]);
    if (pair === 0) continue;
    ratios.push(one.seconds / two.seconds);
    worth.push((2 * one.processorSeconds) / two.processorSeconds);
  }
  const all = ratios.map((ratio) => ratio.toFixed(2)).join(' ');
  say(`two cores: ${median(ratios).toFixed(2)} times one by the clock (median of ${all})`);
  if (!isConfined) say('(without taskset, one core is not kept to one: the ratio comes out too low)');
  say(`two cores: ${median(worth).toFixed(2)} times one by the work each has to do`);
}

/**
 * Power cuts per second on the virtual nRF52840 DK, in every way that its flash tears, each judged to the end of
 * recovery. Cuts that left a state which had been judged already are told apart and count for nothing.
 */
export async function benchmark(say: Say): Promise<void> {
  const { boards } = await loadBench(BENCH);
  const bench = new Bench(boards.find(({ facts }) => facts.id === BOARD) as BoardEntry);
  const rounds = await oneCore(bench, say);
  await lengths(bench, say);
  await twoCores(bench, say);
  say(`memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most`);
  const processor = median(rounds.map((round) => rate(round, round.processorSeconds)));
  say(`${processor} judged cuts in a second of the processor`);
  say(`cuts ${median(rounds.map((round) => rate(round, round.seconds)))} /s`);
}
