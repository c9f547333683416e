import assert from 'node:assert/strict';
import { calm, prepared, runs } from '#contracts/rigs.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import { readImages } from '#drivers/smp/image.ts';
import { reset } from '#drivers/smp/os.ts';
import { uploadImage } from '#drivers/update/smp-upload.ts';
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
    const steps: number[] = [];
    const onProgress = (sent: number) => steps.push(sent);
    const receipt = await uploadImage(client, golden.bytes, { ...calm(), onProgress });
    assert.equal(receipt.accepted, true);
    assert.ok(steps.length > 10 && steps.at(-1) === golden.bytes.length);
    const [listed] = await readImages(client, calm());
    assert.deepEqual([listed?.slot, listed?.version], [0, '1.2.0']);
    await reset(client, calm());
    assert.equal(runs(await rig.identity.read(calm())).identity, golden.identity);
  });
});
