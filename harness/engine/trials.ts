import type { EvidenceRef, RecordSummary } from '#core/record.ts';
import type { Flaw } from '#core/rig.ts';
import { combine, type Verdict } from '#core/verdict.ts';
import type { BoardPlan, PlanItem } from '#engine/plan.ts';

/** What an attack said of a board built with a flaw that it claims to expose. */
export interface Claim {
  readonly attack: string;
  readonly verdict: Verdict;
  /** The scenario that failed, or one that did not show what it had to. */
  readonly scenario: string | null;
  readonly observed: string;
  /** That scenario's record; null: not run. */
  readonly evidence: EvidenceRef | null;
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

/** A scenario that bears on a flaw, with what became of it; null: not run. */
export interface Tried {
  readonly item: PlanItem;
  readonly record: RecordSummary | null;
}

/** Scenarios that apply, of the attacks that claim a flaw; of those that name their own flaws, the ones that name it. */
export function trialsOf({ entry, items }: BoardPlan, families: readonly string[] = []): readonly Trial[] {
  const wanted = entry.flaws.filter(({ family }) => families.length === 0 || families.includes(family));
  return wanted.map((flaw) => ({
    flaw,
    board: entry.facts.id,
    items: items.filter(
      ({ attack, scenario, skip }) =>
        skip === null &&
        attack.exposes.includes(flaw.id) &&
        (scenario.exposes === undefined || scenario.exposes.includes(flaw.id)),
    ),
  }));
}

/** The scenarios of a trial beside their records. */
export function triedOf({ flaw, board, items }: Trial, records: readonly RecordSummary[]): readonly Tried[] {
  const mine = records.filter((record) => record.board === board && record.flaws.includes(flaw.id));
  const byScenario = new Map(mine.map((record) => [record.scenario, record]));
  return items.map((item) => ({ item, record: byScenario.get(item.scenario.id) ?? null }));
}

/** Whether a scenario that names its flaws showed what it had to: a fail, or a pass where the flaw cannot show. */
export function isShown({ item, record }: Tried): boolean {
  return record?.verdict === (item.scenario.hidden === undefined ? 'fail' : 'pass');
}

/** Whether an attack that claims a flaw let it pass; one that a stopped proof did not come to, or broke off, did not. */
export function isMissed({ claims }: Pick<FlawProof, 'claims'>, interrupted: boolean): boolean {
  return claims.some(
    ({ verdict, evidence }) =>
      verdict !== 'fail' && !(interrupted && (evidence === null || verdict === 'error')),
  );
}

function claim(attack: string, verdict: Verdict, shown: RecordSummary | null | undefined): Claim {
  const { scenario = null, observed = 'not run', evidence = null } = shown ?? {};
  return { attack, verdict, scenario, observed, evidence };
}

function claimOf(attack: string, tried: readonly Tried[]): Claim {
  const silent = tried.find((one) => one.item.scenario.exposes !== undefined && !isShown(one));
  if (silent !== undefined) return claim(attack, silent.record?.verdict ?? 'inconclusive', silent.record);
  const run = tried.flatMap(({ record }) => record ?? []);
  const shown = run.find(({ verdict }) => verdict === 'fail') ?? run.at(-1);
  return claim(attack, combine(run.map(({ verdict }) => verdict)), shown);
}

/** What the records of a flaw's trial show. */
export function proofOf(trial: Trial, records: readonly RecordSummary[]): FlawProof {
  const { flaw, board } = trial;
  const tried = triedOf(trial, records);
  const attacks = [...new Set(tried.map(({ item }) => item.attack.id))];
  const claims = attacks.map((attack) =>
    claimOf(
      attack,
      tried.filter(({ item }) => item.attack.id === attack),
    ),
  );
  const caught = claims.length > 0 && claims.every(({ verdict }) => verdict === 'fail');
  return { board, flaw: flaw.id, family: flaw.family, title: flaw.title, claims, caught };
}
