import { defineAttack, type Scenario, type ScenarioContext } from '#core/attack.ts';
import type { BoardFacts } from '#core/board.ts';
import { digestOf, sha256Hex } from '#core/digest.ts';
import type { Batch, Campaign } from './campaign.ts';
import { CAMPAIGNS } from './campaigns.ts';
import { fuzzedMachine, type FuzzedInput } from './machine.ts';

function scenarioOf(
  { id, protocol }: Campaign,
  { name, of, cases: make }: Batch,
  board: BoardFacts,
  { seed }: ScenarioContext,
): Scenario<FuzzedInput> {
  const cases = make({ seed, device: board.id, place: board.updateServer ?? null });
  return {
    id: `fuzzed-wireless/${id}/${name}`,
    title: `${cases.length} ${of}`,
    input: { protocol, of, cases, seed },
    stimulus: digestOf(cases.map((one) => [one.name, sha256Hex(one.bytes)])),
    control: `control/input/${protocol}`,
  };
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
      board.inputs.includes(campaign.protocol)
        ? campaign.batches.map((batch) => scenarioOf(campaign, batch, board, context))
        : [],
  }),
);
