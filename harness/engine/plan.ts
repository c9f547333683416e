import type { Attack, CutEffort, Scenario } from '#core/attack.ts';
import { InternalError, UsageError } from '#core/errors.ts';
import type { Bench, BoardEntry } from '#core/rig.ts';
import { matches } from '#engine/glob.ts';
import { suggest } from '#engine/nearest.ts';

/** Family of the attacks that attack nothing: positive controls. */
export const CONTROL = 'control';

/** What to run; an absent list means everything. */
export interface Selection {
  readonly boards?: readonly string[];
  readonly families?: readonly string[];
  /** Scenario ids, attack ids or globs. */
  readonly scenarios?: readonly string[];
}

/** One scenario of one attack on one board. */
export interface PlanItem {
  readonly board: string;
  readonly attack: Attack;
  readonly scenario: Scenario;
  /** Why it is reported without being run; null when it runs. */
  readonly skip: string | null;
}

export interface BoardPlan {
  readonly entry: BoardEntry;
  /** Controls first. */
  readonly items: readonly PlanItem[];
}

function skipOf({ offers }: BoardEntry, attack: Attack, scenario: Scenario): string | null {
  if (scenario.notApplicable !== undefined) return scenario.notApplicable;
  const missing = (scenario.needs ?? attack.needs).filter((need) => !offers.includes(need));
  return missing.length === 0 ? null : `needs ${missing.join(', ')}, which this wiring does not offer`;
}

/** The scenarios of one attack on one board. Throws InternalError where the suite cannot make them. */
export function planAttack(
  entry: BoardEntry,
  attack: Attack,
  seed: number,
  cuts?: CutEffort,
): readonly PlanItem[] {
  const board = entry.facts.id;
  try {
    return attack
      .scenarios(entry.facts, { seed, cuts })
      .map((scenario) => ({ board, attack, scenario, skip: skipOf(entry, attack, scenario) }));
  } catch (cause) {
    throw new InternalError({
      code: 'scenarios-broken',
      message: `attack ${attack.id} cannot make its scenarios for ${board}: ${String(cause)}`,
      remedy: 'look at the cause; the suite must be able to plan for every board',
      cause,
    });
  }
}

function chosen<T>(
  all: readonly T[],
  wanted: readonly string[] | undefined,
  what: string,
  id: (item: T) => string,
) {
  if (wanted === undefined || wanted.length === 0) return all;
  const known = [...new Set(all.map(id))];
  for (const name of wanted) {
    if (known.some((other) => matches(name, other))) continue;
    throw new UsageError({
      code: `${what}-unknown`,
      message: `no ${what} fits ${name}`,
      remedy: suggest(name, known),
    });
  }
  return all.filter((item) => wanted.some((name) => matches(name, id(item))));
}

/** The chosen items, with every control they rely on in front. */
function withControls(picked: readonly PlanItem[], all: readonly PlanItem[]): readonly PlanItem[] {
  const relied = new Set(picked.map((item) => item.scenario.control));
  const controls = all.filter(
    (item) => item.attack.family === CONTROL && (picked.includes(item) || relied.has(item.scenario.id)),
  );
  return [...controls, ...picked.filter((item) => item.attack.family !== CONTROL)];
}

/** Refuses attacks over the air on an address that the bench does not allow: it may be anybody's. */
function checkTargets({ id, allow = [] }: Bench, plans: readonly BoardPlan[]): void {
  const allowed = new Set(allow.map(comparable));
  const items = plans.flatMap((plan) => plan.items).filter(({ skip }) => skip === null);
  for (const { board, scenario } of items) {
    const { target } = scenario;
    if (target === undefined || allowed.has(comparable(target))) continue;
    throw new UsageError({
      code: 'target-not-allowed',
      message: `${board} is attacked over the air at ${target}, which the bench ${id} does not allow`,
      expected: allow.length === 0 ? 'an allow list in the bench file; it has none' : allow.join(', '),
      got: target,
      remedy: `make sure that this is your own board, then write allow: ['${target}'] into the bench file; or leave its radio out with --scenario`,
    });
  }
}

/** Addresses are written in either case, and a random one without saying so. */
export function comparable(address: string): string {
  return address.toLowerCase().replace(/\/random$/, '');
}

/**
 * Which scenarios to run on which board, controls first and once. Throws UsageError `board-unknown`,
 * `family-unknown` or `scenario-unknown`, naming what there is, and `target-not-allowed`.
 */
export function makePlan(
  bench: Bench,
  attacks: readonly Attack[],
  selection: Selection,
  seed: number,
  cuts?: CutEffort,
): readonly BoardPlan[] {
  const entries = chosen(bench.boards, selection.boards, 'board', (entry) => entry.facts.id);
  const families = chosen(attacks, selection.families, 'family', (attack) => attack.family);
  const used = attacks.filter((attack) => families.includes(attack) || attack.family === CONTROL);
  const full = entries.map((entry) => ({
    entry,
    all: used.flatMap((attack) => planAttack(entry, attack, seed, cuts)),
  }));
  const inFamilies = full.flatMap(({ all }) => all.filter((item) => families.includes(item.attack)));
  const picked = new Set(chosen(inFamilies, selection.scenarios, 'scenario', (item) => item.scenario.id));
  const plans = full
    .map(({ entry, all }) => ({
      entry,
      items: withControls(
        all.filter((item) => picked.has(item)),
        all,
      ),
    }))
    .filter(({ items }) => items.length > 0);
  checkTargets(bench, plans);
  return plans;
}
