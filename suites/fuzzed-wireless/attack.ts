import { defineAttack, type Scenario, type ScenarioContext } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import type { FuzzCase } from '#core/verbs.ts';
import { digestOf, sha256Hex } from '#core/digest.ts';
import type { Batch, Campaign, CaseSource } from './campaign.ts';
import { CAMPAIGNS } from './campaigns.ts';
import { fuzzedMachine, type FuzzedInput } from './machine.ts';

function sourceOf(board: BoardFacts, { seed, cuts }: ScenarioContext): CaseSource {
  const { id: device, updateServer: place = null, ble = null } = board;
  return { seed, device, place, ble, exhaustive: cuts?.exhaustive === true };
}

function scenarioOf({ id, protocol }: Campaign, batch: Batch, source: CaseSource): Scenario<FuzzedInput> {
  const { name, of, cases: make, healthy, notApplicable, exposes } = batch;
  const cases = make(source);
  const { seed, ble } = source;
  const search = batch.search?.(source);
  const count = cases.length + (search?.count ?? 0);
  return {
    id: `fuzzed-wireless/${id}/${name}`,
    title: batch.title ?? `${count} ${of}`,
    input: {
      protocol,
      of,
      cases,
      seed,
      ...(search !== undefined && { search }),
      ...(healthy !== undefined && { healthy }),
    },
    stimulus: stimulusOf(cases, search, seed),
    control: `control/input/${protocol}`,
    ...(protocol === 'ble' && ble !== null && { target: ble.address }),
    ...(notApplicable !== undefined && { notApplicable }),
    ...(exposes !== undefined && { exposes }),
  };
}

/** A search is told by its seed: its cases are made up as it goes. */
function stimulusOf(cases: readonly FuzzCase[], search: FuzzedInput['search'], seed: number): string {
  const given = cases.map((one) => [one.name, sha256Hex(one.bytes)]);
  return digestOf(
    search === undefined ? given : { given, seed, search: { ...search, handles: { ...search.handles } } },
  );
}

function scenariosOf(campaign: Campaign, source: CaseSource): readonly Scenario<FuzzedInput>[] {
  const { batches } = campaign;
  const all = typeof batches === 'function' ? batches(source) : batches;
  return all.map((batch) => scenarioOf(campaign, batch, source));
}

/** Attacks with malformed input on every interface that takes messages; a board without the interface has none of them. */
export const attacks = CAMPAIGNS.map((campaign) =>
  defineAttack({
    id: `fuzzed-wireless/${campaign.id}`,
    family: 'fuzzed-wireless',
    title: campaign.title,
    why: campaign.why,
    needs: ['radio', 'identity', 'power'],
    machine: fuzzedMachine,
    exposes: campaign.exposes,
    scenarios: (board, context) =>
      board.inputs.includes(campaign.protocol) ? scenariosOf(campaign, sourceOf(board, context)) : [],
  }),
);
