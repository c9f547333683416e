import assert from 'node:assert/strict';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CID } from '#codecs/ble/l2cap.ts';
import { CALM } from '#drivers/radio/ble/two-hosts.fixture.ts';
import { virtualTarget } from '#drivers/radio/ble/virtual-target.fixture.ts';
import { BleEvidence } from '#engine/benchmarks/measure/ble-evidence.ts';
import { paceOf } from '#engine/benchmarks/measure/ble-pace.ts';
import { virtualBleTarget } from '#engine/benchmarks/measure/ble-targets.ts';
import { bleHavoc, frameCase } from '#fuzz/ble-cases.ts';

describe('the pace of LE cases', () => {
  it('counts every case, keeps every packet, and leaves no file behind', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'assay-pace-'));
    const evidence = new BleEvidence('test', parent);
    const { runner, handles } = await virtualBleTarget(evidence.keep);
    const pace = await paceOf((one) => runner.run(one, CALM), bleHavoc(1, handles, 30), evidence);
    evidence[Symbol.dispose]();
    assert.deepEqual([pace.cases, pace.alarms], [30, []]);
    assert.ok(pace.byClock > 0 && pace.byProcessor > 0);
    // At least a frame out and its answer back, for each case.
    assert.ok(evidence.captured > 30 * 2 * 40, `${evidence.captured} bytes`);
    // Fails for a folder that is not empty.
    rmdirSync(parent);
  });

  it('names what was not survived', async () => {
    using evidence = new BleEvidence('test');
    const { runner } = await virtualTarget('ble/handle-not-complete');
    const cut = frameCase('read cut short', CID.att, Uint8Array.of(0x0a));
    const { alarms } = await paceOf((one) => runner.run(one, CALM), [cut], evidence);
    assert.match(alarms.join(), /^read cut short: crash, /);
  });
});
