import assert from 'node:assert/strict';
import type { ControlResult } from '#core/outcome.ts';
import type { RecordSummary } from '#core/record.ts';
import { skipBecause } from '#contracts/skip.ts';
import { BoardSession } from '#engine/board-session.ts';
import { discoverAttacks } from '#engine/discovery.ts';
import { forgeryProofsOf } from '#engine/forgery-proofs.ts';
import { loadBench } from '#engine/load-bench.ts';
import { CONTROL, makePlan, type BoardPlan } from '#engine/plan.ts';
import { runBoard } from '#engine/run-board.ts';
import { proofOf, trialsOf } from '#engine/trials.ts';

const SEED = 7;
const bench = await loadBench(process.env['ASSAY_BENCH'] ?? 'virtual');
const attacks = await discoverAttacks();
const plans = makePlan(bench, attacks, {}, SEED);

function told({ verdict, rule, expected, observed }: RecordSummary): string {
  return `${verdict}: ${rule}\n  expected: ${expected}\n  observed: ${observed}`;
}

const common = {
  seed: SEED,
  runDir: null,
  allow: bench.allow ?? [],
  onEvent: () => undefined,
  signal: new AbortController().signal,
};

/** Every scenario on the board as it is, and then, where it can be built with flaws, every flaw. */
function testBoard(plan: BoardPlan): void {
  const { entry, items } = plan;
  const controls: ControlResult[] = [];

  describe(`${entry.facts.title} (${entry.kind}), every scenario`, () => {
    const session = new BoardSession({ ...common, entry, flaws: [], controls: [] });
    after(() => session[Symbol.asyncDispose]());

    for (const item of items) {
      const { skip } = item;
      if (skip !== null) {
        it(`${item.scenario.id}: not applicable, with a reason`, () => assert.ok(skip.length > 20, skip));
        continue;
      }
      it(item.scenario.id, async function () {
        const record = await session.play(item);
        const { scenario, verdict, evidence } = record;
        if (item.attack.family === CONTROL) controls.push({ scenario, verdict, head: evidence.head });
        if (verdict === 'not-applicable') skipBecause(this, record.rule);
        if (verdict !== 'pass') assert.fail(told(record));
      });
    }
  });

  describe(`${entry.facts.title}, every flaw is caught`, () => {
    for (const trial of trialsOf(plan)) {
      it(trial.flaw.id, async () => {
        const flaws = [trial.flaw.id];
        const run = { ...common, entry, flaws, controls, items: trial.items, stopAtFail: true };
        const { records } = await runBoard(run);
        const { claims, caught } = proofOf(trial, records);
        const missed = forgeryProofsOf(trial, records).filter((proof) => !proof.caught);
        const says = claims.map(({ attack, verdict, observed }) => `${attack} gave ${verdict}: ${observed}`);
        assert.deepEqual(missed, []);
        if (!caught) assert.fail(says.join('\n') || 'no attack that applies here claims to expose it');
      });
    }
  });
}

for (const plan of plans) testBoard(plan);
