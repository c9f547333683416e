import { describeChannel } from '#contracts/channel.ts';
import { describeCheckpoint } from '#contracts/checkpoint.ts';
import { describeSweep } from '#contracts/sweep.ts';
import { describeIdentity } from '#contracts/identity.ts';
import { describePower } from '#contracts/power.ts';
import { describeProbe } from '#contracts/probe.ts';
import { describeRadio } from '#contracts/radio.ts';
import { calm } from '#contracts/rigs.ts';
import { describeUpdate } from '#contracts/update.ts';
import { facts } from './facts.ts';
import { virtualNrf52840Dk } from './virtual.ts';

const NAME = 'virtual nRF52840 DK';
const open = () => virtualNrf52840Dk().open(calm());

describeChannel(NAME, open);
describePower(NAME, open);
describeIdentity(NAME, open);
describeUpdate(NAME, open, facts.updatePaths);
describeProbe(NAME, open);
describeRadio(NAME, open, facts.inputs);
describeCheckpoint(NAME, open);
describeSweep(NAME, open);
