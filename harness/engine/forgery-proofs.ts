import type { RecordSummary } from '#core/record.ts';
import { isShown, triedOf, type Trial, type Tried } from '#engine/trials.ts';

/** One forgery on a board that lacks the check it aims at. */
export interface ForgeryProof {
  readonly board: string;
  /** `<attack>/<id>`. */
  readonly forgery: string;
  readonly flaw: string;
  /** True when it was caught on some path, and on every other where nothing else stands in front of the check. */
  readonly caught: boolean;
  /** The scenario that failed, or the one that should have. */
  readonly scenario: string;
  readonly observed: string;
  /** Paths on which the flaw cannot show, with the reason. */
  readonly hidden: readonly { readonly scenario: string; readonly why: string }[];
}

function proofFor(
  forgery: string,
  { board, flaw }: Trial,
  tried: readonly [Tried, ...Tried[]],
): ForgeryProof {
  const open = tried.filter(({ item }) => item.scenario.hidden === undefined);
  const silent = tried.find((one) => !isShown(one));
  const { item, record } = silent ?? open[0] ?? tried[0];
  return {
    board,
    forgery,
    flaw: flaw.id,
    caught: silent === undefined && open.length > 0,
    scenario: item.scenario.id,
    observed: record === null ? 'not run' : `${record.verdict}: ${record.observed}`,
    hidden: tried.flatMap(({ item: { scenario } }) =>
      scenario.hidden === undefined ? [] : [{ scenario: scenario.id, why: scenario.hidden }],
    ),
  };
}

/** What the records of a flaw's trial show of each forgery that aims at the check it lacks. */
export function forgeryProofsOf(trial: Trial, records: readonly RecordSummary[]): readonly ForgeryProof[] {
  const groups = new Map<string, [Tried, ...Tried[]]>();
  for (const tried of triedOf(trial, records)) {
    const { forgery } = tried.item.scenario;
    if (forgery === undefined) continue;
    const group = groups.get(forgery);
    if (group === undefined) groups.set(forgery, [tried]);
    else group.push(tried);
  }
  return [...groups].map(([forgery, tried]) => proofFor(forgery, trial, tried));
}
