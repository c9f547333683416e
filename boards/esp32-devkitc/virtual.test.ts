import assert from 'node:assert/strict';
import { describeChannel } from '#contracts/channel.ts';
import { describeCheckpoint } from '#contracts/checkpoint.ts';
import { describeSweep } from '#contracts/sweep.ts';
import { describeIdentity } from '#contracts/identity.ts';
import { describePower } from '#contracts/power.ts';
import { describeProbe } from '#contracts/probe.ts';
import { describeRadio } from '#contracts/radio.ts';
import { calm, prepared, runs } from '#contracts/rigs.ts';
import { describeUpdate } from '#contracts/update.ts';
import { esp32Devkitc } from './board.ts';
import { virtualEsp32Devkitc } from './virtual.ts';

const NAME = 'virtual ESP32-DevKitC';
const open = () => virtualEsp32Devkitc().open(calm());

describe('virtual ESP32-DevKitC', () => {
  for (const path of ['https', 'flash-staged']) {
    it(`tries an update offered over ${path}, reverts it, and keeps it once confirmed`, async () => {
      await using rig = await prepared(open, 'update', 'identity', 'power');
      const { firmware } = rig.board;
      const newer = firmware.build({ version: '1.3.0' });
      for (const confirm of [false, true]) {
        const receipt = await rig.update.offer(newer.bytes, { ...calm(), path });
        assert.ok(receipt.accepted, JSON.stringify(receipt));
        await rig.update.activate(calm());
        const tried = runs(await rig.identity.read(calm()));
        assert.deepEqual([tried.identity, tried.confirmed], [newer.identity, false]);
        if (confirm) assert.ok((await rig.update.confirm(calm())).accepted);
        await rig.power.reset(calm());
        const settled = runs(await rig.identity.read(calm()));
        assert.deepEqual(
          [settled.identity, settled.confirmed],
          [confirm ? newer.identity : firmware.golden.identity, true],
        );
      }
    });
  }
});

describeChannel(NAME, open);
describePower(NAME, open);
describeIdentity(NAME, open);
describeUpdate(NAME, open, esp32Devkitc.updatePaths);
describeProbe(NAME, open);
describeRadio(NAME, open, esp32Devkitc.inputs);
describeCheckpoint(NAME, open);
describeSweep(NAME, open);
