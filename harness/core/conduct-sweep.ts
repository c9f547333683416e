import type {
  Cut,
  CutObservation,
  CutSweep,
  DeeperCuts,
  SweepOptions,
  SweepPlan,
  SweepSummary,
  SweepWork,
} from '#core/cut-sweep.ts';
import { dice } from '#core/dice.ts';
import { farApart } from '#core/far-apart.ts';
import { InOrder } from '#core/in-order.ts';
import { SweepTally } from '#core/sweep-tally.ts';
import type { Tear } from '#core/tear.ts';

/** Pieces of work that each copy of the board gets, so that none waits long for the others at the end. */
const PIECES_EACH = 64;
const BUDGET = 100_000;
/** Cuts between two reports of progress. */
const BETWEEN_NEWS = 32;

export interface ConductOptions extends SweepOptions {
  /** Cuts of the same plan that were judged before; their recoveries are not run again. */
  readonly prior?: readonly CutObservation[];
  /** Asked after each cut that was told: whether no more need be made. Then places far apart come first. For one copy. */
  readonly isEnough?: () => boolean;
}

/** What a sweep has come to. */
interface Progress {
  readonly plan: SweepPlan;
  readonly copies: readonly SweepWork[];
  readonly tally: SweepTally;
  readonly options: ConductOptions;
  /** Aborted once no more cuts need be made. */
  readonly enough: AbortController;
  done: number;
  total: number;
}

/**
 * Makes all the cuts of a plan on copies of the board that were opened for it, at least one. What is told, and the
 * summary, are the same however many there are: cuts come in one order, and the first that left a state was judged.
 */
export async function conductSweep(
  plan: SweepPlan,
  copies: readonly SweepWork[],
  options: ConductOptions,
): Promise<SweepSummary> {
  const [{ facts, cutsAt }] = copies as readonly [SweepWork];
  const total = cutsAt.reduce((sum, cuts) => sum + cuts, 0);
  const enough = new AbortController();
  const progress: Progress = {
    plan,
    copies,
    tally: new SweepTally(),
    enough,
    options: { ...options, ...watched(options, enough) },
    done: 0,
    total,
  };
  await shareKnowledge(copies, options.prior ?? []);
  let parents = await firstCuts(progress);
  let complete = true;
  const goesOn = (depth: number) => depth < (plan.depth ?? 1) && parents.length > 0 && !enough.signal.aborted;
  for (let depth = 1; goesOn(depth); depth++) {
    const deeper = drawn(parents, plan, depth, total / facts.operations);
    complete &&= deeper.complete;
    progress.total += deeper.cuts;
    await shareKnowledge(copies, copies.length > 1 ? parents : []);
    parents = await laterCuts(progress, depth, deeper.list);
  }
  return { ...facts, ...progress.tally.summary(), complete: complete && !enough.signal.aborted };
}

/** Cuts are told until there are enough of them. */
function watched({ signal, onCut, isEnough }: ConductOptions, enough: AbortController): SweepOptions {
  return {
    signal: AbortSignal.any([signal, enough.signal]),
    onCut: (cut) => {
      if (enough.signal.aborted) return;
      onCut(cut);
      if (isEnough?.() === true) enough.abort();
    },
  };
}

async function shareKnowledge(copies: readonly SweepWork[], cuts: readonly CutObservation[]): Promise<void> {
  if (cuts.length > 0) await Promise.all(copies.map((copy) => copy.know(cuts)));
}

/** Cuts every operation of the phase; gives the cuts that were judged. */
async function firstCuts(progress: Progress): Promise<readonly CutObservation[]> {
  const { copies, tally, options } = progress;
  const { operations } = progress.copies[0]?.facts ?? { operations: 0 };
  const judged: CutObservation[] = [];
  const goesOn = (progress.plan.depth ?? 1) > 1;
  const merge = new InOrder<CutObservation>((cut) => {
    const counted = tally.add(cut);
    if (goesOn && !counted.recognised && counted.alike !== true) judged.push(counted);
    options.onCut(counted);
    tick(progress, 1);
  });
  // What is only to be found is looked for everywhere at once, not from the beginning on.
  const order = options.isEnough === undefined ? null : farApart(operations);
  const cutPiece: Piece = async (copy, piece, first, end) => {
    const [from, to] = order === null ? [first, end] : [order[first] ?? 0, (order[first] ?? 0) + 1];
    await copy.cut(from, to, { signal: options.signal, onCut: (cut) => merge.push(piece, cut) });
    merge.end(piece);
  };
  await shareOut(progress, operations, cutPiece, order === null ? undefined : 1);
  return copies.length > 0 ? judged : [];
}

/** Cuts recoveries; tells of, and gives, the cuts that were judged. */
async function laterCuts(
  progress: Progress,
  depth: number,
  deeper: readonly DeeperCuts[],
): Promise<readonly CutObservation[]> {
  const { tally, options } = progress;
  const judged: CutObservation[] = [];
  const told = new Map<Tear, number>();
  const merge = new InOrder<CutObservation>((cut) => {
    const counted = tally.add(cut);
    const tear = cut.later?.at(-1)?.tear ?? cut.tear;
    told.set(tear, (told.get(tear) ?? 0) + 1);
    if (counted.recognised) return;
    if (counted.alike !== true) judged.push(counted);
    options.onCut(counted);
  });
  const made = new Map<Tear, number>();
  await shareOut(progress, deeper.length, async (copy, piece, first, end) => {
    const mine = deeper.slice(first, end);
    const counts = await copy.cutAgain(mine, {
      signal: options.signal,
      onCut: (cut) => merge.push(piece, cut),
    });
    merge.end(piece);
    for (const [tear, cuts] of Object.entries(counts) as [Tear, number][]) {
      made.set(tear, (made.get(tear) ?? 0) + cuts);
      tick(progress, cuts);
    }
  });
  for (const [tear, cuts] of made) tally.addRecognised(tear, depth, cuts - (told.get(tear) ?? 0));
  return judged;
}

/** Which operations of each recovery are cut: all, or as many as the budget has, drawn by seed. */
function drawn(
  parents: readonly CutObservation[],
  { seed, budget = BUDGET }: SweepPlan,
  depth: number,
  cutsEach: number,
): { readonly list: readonly DeeperCuts[]; readonly cuts: number; readonly complete: boolean } {
  const operations = parents.reduce((sum, { work }) => sum + work, 0);
  const share = Math.min(1, budget / (operations * cutsEach));
  const roll = dice(seed + depth);
  const list = parents.map((parent) => ({
    after: sequenceOf(parent),
    operations: Array.from({ length: parent.work }, (_, operation) => operation).filter(
      () => share === 1 || roll(2 ** 32) < share * 2 ** 32,
    ),
  }));
  const wanted = list.filter((one) => one.operations.length > 0);
  const chosen = wanted.reduce((sum, one) => sum + one.operations.length, 0);
  return { list: wanted, cuts: Math.round(chosen * cutsEach), complete: share === 1 };
}

/** The cuts of an observation, in order. */
export function sequenceOf({ operation, tear, seed, later = [] }: CutObservation): readonly Cut[] {
  return [
    { operation, tear, seed },
    ...later.map((cut) => ({ operation: cut.operation, tear: cut.tear, seed: cut.seed })),
  ];
}

type Piece = (copy: SweepWork, piece: number, first: number, end: number) => Promise<void>;

/** Cuts `length` things into pieces, in order, for whichever copy is free. The first that fails ends the others. */
async function shareOut(
  { copies, options, enough }: Progress,
  length: number,
  work: Piece,
  size = Math.max(1, Math.ceil(length / (copies.length * (copies.length === 1 ? 1 : PIECES_EACH)))),
): Promise<void> {
  const pieces = Array.from({ length: Math.ceil(length / size) }, (_, piece) => piece).values();
  const failed: unknown[] = [];
  const lane = async (copy: SweepWork) => {
    for (const piece of pieces) {
      if (failed.length > 0 || enough.signal.aborted) return;
      options.signal.throwIfAborted();
      await work(copy, piece, piece * size, Math.min(length, (piece + 1) * size));
    }
  };
  await Promise.all(copies.map((copy) => lane(copy).catch((error: unknown) => failed.push(error))));
  const trouble = failed.filter((error) => error !== enough.signal.reason);
  if (trouble.length > 0) throw trouble[0];
}

function tick(progress: Progress, cuts: number): void {
  const { total, options } = progress;
  const before = progress.done;
  progress.done += cuts;
  const isDue = Math.floor(before / BETWEEN_NEWS) < Math.floor(progress.done / BETWEEN_NEWS);
  if (isDue || progress.done === total) options.onProgress?.(Math.min(progress.done, total), total);
}

/** A whole sweep on one board. */
export async function runSweep(
  sweep: CutSweep,
  plan: SweepPlan,
  options: ConductOptions,
): Promise<SweepSummary> {
  const work = await sweep.open(plan, options);
  try {
    return await conductSweep(plan, [work], options);
  } finally {
    await work.close();
  }
}
