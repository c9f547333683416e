import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describeChannel } from '#contracts/channel.ts';
import { describeIdentity } from '#contracts/identity.ts';
import { describeProbe } from '#contracts/probe.ts';
import { calm, prepared, runs } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import { qemuThere } from './qemu-there.fixture.ts';
import { MicropythonIdentity } from '#drivers/identity/micropython.ts';
import { flash } from './chip.ts';
import { openMachine } from './machine.ts';
import { qemuMicropython } from './micropython.ts';

const entry = qemuMicropython();
const open = () => entry.open(calm());

describe('boards/microbit/micropython', function () {
  this.timeout(60_000);

  before(function () {
    if (!qemuThere()) skipBecause(this, 'no qemu-system-arm: apt-get install qemu-system-arm');
    const hex = '/usr/share/firmware-microbit-micropython/firmware.hex';
    if (!existsSync(hex)) skipBecause(this, 'no MicroPython: apt-get install firmware-microbit-micropython');
  });

  describeChannel('MicroPython in QEMU', open);
  describeIdentity('MicroPython in QEMU', open);
  describeProbe('MicroPython in QEMU', open);

  it('reads chip words over the gdb stub', async () => {
    await using rig = await prepared(open, 'probe');
    const fuses = await rig.probe.fuses(calm());
    assert.equal(fuses['FICR.CODEPAGESIZE'], '0x00000400');
    assert.equal(fuses['FICR.CODESIZE'], '0x00000100');
    assert.equal(fuses['UICR.RBPCONF'], '0xffffffff');
  });

  it('saves flash and comes back to it, whatever the probe wrote in between', async () => {
    await using rig = await prepared(open, 'checkpoint', 'probe', 'power', 'identity');
    const saved = await rig.checkpoint.save(calm());
    runs(await rig.identity.read(calm()));
    await rig.probe.write(0, new Uint8Array(1024), calm());
    await rig.checkpoint.restore(saved, calm());
    assert.equal((await rig.identity.read(calm(1500))).running, false);
    await rig.power.on(calm());
    runs(await rig.identity.read(calm()));
  });

  it('comes back to what was saved when its firmware has locked the processor up', async () => {
    const { bytes } = entry.facts.firmware.golden;
    await using opened = await openDisposable(bytes);
    const { machine, hub, clock } = opened;
    const identity = new MicropythonIdentity(hub, clock, entry.facts.firmware.golden, 'application');
    const { checkpoint, probe } = opened.capabilities({ identity });
    assert.ok(checkpoint !== undefined && probe !== undefined);
    await machine.powerOn(calm());
    const saved = await checkpoint.save(calm());
    await probe.write(0, new Uint8Array(1024), calm());
    const { died } = machine;
    await machine.reset(calm()).catch(() => undefined);
    await new Promise((resolve) => {
      if (died.aborted) resolve(null);
      else died.addEventListener('abort', resolve);
    });
    await checkpoint.restore(saved, calm());
    assert.equal(machine.on, false);
    await machine.powerOn(calm());
    runs(await identity.read(calm()));
  });

  it('takes garbage on its UART, and answers afterwards', async () => {
    await using rig = await prepared(open, 'channel', 'identity');
    const garbage = Uint8Array.from({ length: 512 }, (_, index) => (index * 89 + 7) & 0xff);
    await rig.channel.write(garbage, calm());
    runs(await rig.identity.read(calm()));
  });

  it('blames the bench when QEMU dies, and comes back when the power is turned on', async () => {
    await using rig = await prepared(open, 'identity');
    await using opened = await openDisposable(rig.board.firmware.golden.bytes);
    const { machine, hub, clock } = opened;
    const identity = new MicropythonIdentity(hub, clock, rig.board.firmware.golden, 'application');
    const watched = opened.capabilities({ identity });
    await machine.powerOn(calm());
    void machine.process?.qmp.execute('quit').catch(() => undefined);
    const reading = watched.identity?.read(calm(10_000)) ?? Promise.resolve();
    await assert.rejects(reading, { name: 'BenchError', code: 'qemu-died' });
    await machine.powerOn(calm());
    runs(await identity.read(calm()));
  });
});

async function openDisposable(golden: Uint8Array) {
  const content = new Uint8Array(flash.size).fill(0xff);
  content.set(golden);
  const opened = await openMachine(content, calm());
  return { ...opened, [Symbol.asyncDispose]: () => opened.base[Symbol.asyncDispose]() };
}
