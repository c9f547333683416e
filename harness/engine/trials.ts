import type { RecordSummary } from '#core/record.ts';
import type { Flaw } from '#core/rig.ts';
import { combine, type Verdict } from '#core/verdict.ts';
import type { BoardPlan, PlanItem } from '#engine/plan.ts';

/** What an attack said of a board built with a flaw that it claims to expose. */
export interface Claim {
  readonly attack: string;
  readonly verdict: Verdict;
  /** The scenario that failed, or the last that was tried. */
  readonly scenario: string | null;
  readonly observed: string;
}

/** One flaw of one board: a row of the matrix. */
export interface FlawProof {
  readonly board: string;
  readonly flaw: string;
  readonly family: string;
  readonly title: string;
  readonly claims: readonly Claim[];
  /** True when some attack claims it and every attack that does gave `fail`. */
  readonly caught: boolean;
}

/** A flaw to be built in, with the scenarios that must catch it. */
export interface Trial {
  readonly flaw: Flaw;
  readonly board: string;
  readonly items: readonly PlanItem[];
}

/** Scenarios that apply, of the attacks that claim a flaw. */
export function trialsOf({ entry, items }: BoardPlan, families: readonly string[] = []): readonly Trial[] {
  const wanted = entry.flaws.filter(({ family }) => families.length === 0 || families.includes(family));
  return wanted.map((flaw) => ({
    flaw,
    board: entry.facts.id,
    items: items.filter(({ attack, skip }) => skip === null && attack.exposes.includes(flaw.id)),
  }));
}

function claimOf(attack: string, records: readonly RecordSummary[]): Claim {
  const tried = records.filter((record) => record.attack === attack);
  const shown = tried.find((record) => record.verdict === 'fail') ?? tried.at(-1);
  return {
    attack,
    verdict: combine(tried.map((record) => record.verdict)),
    scenario: shown?.scenario ?? null,
    observed: shown?.observed ?? 'not run',
  };
}

/** What the records of a flaw's trial show. */
export function proofOf({ flaw, board, items }: Trial, records: readonly RecordSummary[]): FlawProof {
  const attacks = [...new Set(items.map(({ attack }) => attack.id))];
  const mine = records.filter((record) => record.board === board && record.flaws.includes(flaw.id));
  const claims = attacks.map((attack) => claimOf(attack, mine));
  const caught = claims.length > 0 && claims.every(({ verdict }) => verdict === 'fail');
  return { board, flaw: flaw.id, family: flaw.family, title: flaw.title, claims, caught };
}
