import assert from 'node:assert/strict';
import { calm, prepared, runs } from '#contracts/rigs.ts';
import type { CborValue } from '#codecs/cbor.ts';
import { IMAGE_COMMAND, OS_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import { profileWith } from '#virtual/mcuboot/profile.ts';
import { firmware } from './firmware.ts';
import { slot0 } from './layout.ts';
import { virtualNrf52840Dk } from './virtual.ts';

const { golden } = firmware;

describe('virtual nRF52840 DK with serial recovery', () => {
  it('takes an image over its console when there is nothing left to boot', async () => {
    const board = virtualNrf52840Dk(profileWith({ serialRecovery: true }));
    await using rig = await prepared(() => board.open(calm()), 'channel', 'power', 'identity', 'probe');
    const lines: string[] = [];
    rig.onConsole(({ text }) => lines.push(text));
    await rig.probe.write(slot0.offset, new Uint8Array(slot0.size).fill(0xff), calm());
    await rig.power.reset(calm());
    await rig.clock.sleep(500, calm().signal);
    assert.ok(lines.includes('I: Enter the serial recovery mode'));
    const client = new SmpClient(new ConsoleHub(rig.channel, rig.clock), rig.clock);
    const write = (group: number, command: number, members: readonly (readonly [string, CborValue])[]) =>
      client.ask({ op: SMP_OP.write, group, command }, members, calm());
    for (let offset = 0; offset < golden.bytes.length;) {
      const { map } = await write(SMP_GROUP.image, IMAGE_COMMAND.upload, [
        ['off', offset],
        ['data', golden.bytes.slice(offset, offset + 256)],
        ...(offset === 0 ? ([['len', golden.bytes.length]] as const) : []),
      ]);
      assert.equal(map.get('rc'), 0);
      offset = Number(map.get('off'));
    }
    await write(SMP_GROUP.os, OS_COMMAND.reset, []);
    assert.equal(runs(await rig.identity.read(calm())).identity, golden.identity);
  });
});
