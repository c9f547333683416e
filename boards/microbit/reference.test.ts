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

  describe('at length', function () {
    this.timeout(900_000);

    before(function () {
      if (process.env['ASSAY_MACHINE'] !== '1') skipBecause(this, 'takes minutes: set ASSAY_MACHINE=1');
    });

    describePower(NAME, open);
    describeSweep(NAME, open);
  });
});
