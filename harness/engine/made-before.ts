import type { RecordSummary } from '#core/record.ts';
import type { BoardPlan, PlanItem } from '#engine/plan.ts';
import type { Trial } from '#engine/trials.ts';

/** Records of an earlier run or proof with the same seed, and what they leave to be done. */
export class MadeBefore {
  readonly #records: ReadonlyMap<string, RecordSummary>;
  readonly #failed: ReadonlySet<string>;

  constructor(records: readonly RecordSummary[]) {
    const whole = records.filter(({ verdict }) => verdict !== 'error');
    this.#records = new Map(whole.map((record) => [keyOf(record, record.scenario), record]));
    const failed = whole.filter(({ verdict }) => verdict === 'fail');
    this.#failed = new Set(failed.map((record) => keyOf(record, record.attack)));
  }

  /** The records that stand of all that is to be done. */
  of(
    plans: readonly Pick<BoardPlan, 'items'>[],
    trials: readonly Pick<Trial, 'flaw' | 'items'>[] = [],
  ): readonly RecordSummary[] {
    const sound = plans.flatMap(({ items }) => items.flatMap((item) => this.#standing(item) ?? []));
    const flawed = trials.flatMap(({ flaw, items }) =>
      items.flatMap((item) => this.#standing(item, flaw.id) ?? []),
    );
    return [...sound, ...flawed];
  }

  /** What is still to be done; of a trial not what is left out once an attack has shown its flaw. */
  left(items: readonly PlanItem[], flaw?: string): readonly PlanItem[] {
    return items.filter((item) => this.#standing(item, flaw) === undefined && !this.#isShown(item, flaw));
  }

  /**
   * A record with an end that is not trouble, and on a sound board of the same stimulus: a flaw may change the very images
   * that its board is sent.
   */
  #standing(item: PlanItem, flaw?: string): RecordSummary | undefined {
    const record = this.#records.get(keyOf(built(item, flaw), item.scenario.id));
    return flaw !== undefined || record?.stimulus === item.scenario.stimulus ? record : undefined;
  }

  #isShown(item: PlanItem, flaw: string | undefined): boolean {
    if (flaw === undefined || item.scenario.exposes !== undefined) return false;
    return this.#failed.has(keyOf(built(item, flaw), item.attack.id));
  }
}

function built({ board }: PlanItem, flaw: string | undefined): Pick<RecordSummary, 'board' | 'flaws'> {
  return { board, flaws: flaw === undefined ? [] : [flaw] };
}

function keyOf({ board, flaws }: Pick<RecordSummary, 'board' | 'flaws'>, what: string): string {
  return JSON.stringify([board, flaws, what]);
}
