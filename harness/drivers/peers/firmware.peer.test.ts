import assert from 'node:assert/strict';
import { skipBecause } from '#contracts/skip.ts';
import { compared } from '#drivers/peers/firmware-twin.ts';
import { type Row, rowsOf, whyNotHere } from '#drivers/peers/firmware/rows.ts';

const HANG = 'rollback/hang/first-boot';
const HELD = 'rollback/unconfirmed/nobody-asks';

function rows(verdicts: Readonly<Record<string, string>>): ReadonlyMap<string, Row> {
  const all = Object.entries(verdicts).map(([scenario, verdict]) => ({ scenario, verdict, observed: 'x' }));
  return new Map(all.map((row) => [row.scenario, row]));
}

function comparison(twin: Record<string, string>, machine: Record<string, string>) {
  const said: string[] = [];
  const result = compared(Object.keys(twin), rows(twin), rows(machine), (line) => said.push(line));
  return { ...result, said: said.join('\n') };
}

describe('the virtual nRF board against the reference firmware', function () {
  this.timeout(180_000);

  it('counts every verdict that is not the same, and a scenario that one side did not run', () => {
    const {
      compared: count,
      differ,
      said,
    } = comparison({ [HELD]: 'pass', [HANG]: 'pass' }, { [HELD]: 'fail' });
    assert.deepEqual([count, differ], [2, 2]);
    assert.match(said, /differs: rollback\/unconfirmed\/nobody-asks: twin pass \(x\); machine fail \(x\)/);
    assert.match(said, /differs: rollback\/hang\/first-boot: twin pass \(x\); machine not run/);
  });

  it('leaves out what is known to apply to one of them alone, and nothing else', () => {
    const excused = comparison({ [HANG]: 'pass' }, { [HANG]: 'not-applicable' });
    assert.deepEqual([excused.compared, excused.differ], [0, 0]);
    assert.match(excused.said, /left out: .*watchdog/);
    assert.equal(comparison({ [HELD]: 'pass' }, { [HELD]: 'not-applicable' }).differ, 1);
    assert.equal(comparison({ [HANG]: 'pass' }, { [HANG]: 'fail' }).differ, 1);
  });

  it('both judge a trial and a damaged image alike', async function () {
    const missing = whyNotHere();
    if (missing !== null) skipBecause(this, missing);
    const scenarios = [HELD, 'corrupted-image/bit-flip/payload-end-flash-staged'];
    const asked = scenarios.flatMap((scenario) => ['--scenario', scenario]);
    const twin = await rowsOf('reference-twin', asked, 7);
    const machine = await rowsOf('qemu-microbit', ['--board', 'microbit', ...asked], 7);
    const said: string[] = [];
    const { compared: count, differ } = compared(scenarios, twin, machine, (line) => said.push(line));
    assert.deepEqual([count, differ], [2, 0], said.join('\n'));
    assert.deepEqual(
      scenarios.map((scenario) => twin.get(scenario)?.verdict),
      ['pass', 'pass'],
    );
  });
});
