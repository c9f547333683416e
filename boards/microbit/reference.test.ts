import assert from 'node:assert/strict';
import { describeChannel } from '#contracts/channel.ts';
import { describeCheckpoint } from '#contracts/checkpoint.ts';
import { describePower } from '#contracts/power.ts';
import { describeProbe } from '#contracts/probe.ts';
import { calm } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import { describeSweep } from '#contracts/sweep.ts';
import { nrf51822 } from './firmware/chips.ts';
import { programCode } from './programs.ts';
import { qemuThere } from './qemu-there.fixture.ts';
import { qemuReference } from './reference.ts';

const NAME = 'reference firmware in QEMU';
const open = () => qemuReference().open(calm());

function isBuilt(): boolean {
  try {
    programCode(nrf51822, 'boot', null);
    programCode(nrf51822, 'app', null);
    return true;
  } catch {
    return false;
  }
}

describe('boards/microbit/reference', function () {
  this.timeout(120_000);

  before(function () {
    if (!qemuThere()) skipBecause(this, 'no qemu-system-arm: apt-get install qemu-system-arm');
    if (!isBuilt()) skipBecause(this, 'the firmware is not built: npm run firmware');
  });

  describeChannel(NAME, open);
  describeCheckpoint(NAME, open);
  describeProbe(NAME, open);

  it('recovers from what the cut left also where all before it is known, and the machine was off', async () => {
    await using rig = await open();
    const { sweep } = rig;
    assert.ok(sweep !== undefined);
    const image = rig.board.firmware.build({ version: '1.3.0' }).bytes;
    const cut = { operation: 0, tear: 'after', seed: 0 } as const;
    const repeat = () => sweep.repeat({ phase: 'confirm', image }, [cut], calm());
    const [first, again] = [await repeat(), await repeat()];
    assert.equal(first.boots[0]?.confirmed, true);
    assert.notEqual(first.boots[0]?.identity, rig.board.firmware.golden.identity);
    assert.deepEqual(again, first);
  });

  describe('at length', function () {
    this.timeout(900_000);

    before(function () {
      if (process.env['ASSAY_MACHINE'] !== '1') skipBecause(this, 'takes minutes: set ASSAY_MACHINE=1');
    });

    describePower(NAME, open);
    describeSweep(NAME, open);
  });
});
