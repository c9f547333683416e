import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { calm } from '#contracts/rigs.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { RealClock } from '#drivers/clock.ts';
import { MachineCheckpoint } from '#drivers/machine/machine-checkpoint.ts';
import { MachinePower } from '#drivers/machine/machine-power.ts';
import { ProcessMachine, type ProcessRecipe } from '#drivers/machine/process-machine.ts';
import { supervised } from '#drivers/machine/supervised.ts';
import { MachineFlash } from '#virtual/machine-flash.ts';

const SHAPE = { size: 4096, page: 1024, word: 4, kind: 'nrf52-nvmc' } as const;

/** A board of a few lines: counts its boots in flash, says so, and answers whatever it is told. */
const BOARD = `
const { openSync, readSync, writeSync } = require('node:fs');
const flash = openSync(process.argv[1], 'r+');
const boots = Buffer.alloc(1);
readSync(flash, boots, 0, 1, 0);
writeSync(flash, Uint8Array.of(boots[0] - 1), 0, 1, 0);
console.log('boot ' + (256 - boots[0]));
process.stdin.on('data', (bytes) => {
  if (String(bytes).includes('die')) process.exit(3);
  console.log('heard ' + String(bytes).trim());
});
`;

const node: ProcessRecipe = {
  name: 'counter',
  argv: (flashFile) => [process.execPath, '-e', BOARD, flashFile],
};

async function rigWith(recipe: ProcessRecipe) {
  const machine = await ProcessMachine.open({ recipe, flash: new MachineFlash(SHAPE) });
  const clock = new RealClock();
  const hub = new ConsoleHub(machine.console, clock);
  const line = (wanted: string) =>
    new Promise<void>((resolve) => {
      const stop = hub.onLine(({ text }) => {
        if (!text.includes(wanted)) return;
        stop();
        resolve();
      });
    });
  const context = {
    ...calm(),
    clock,
    onLine: (listener: Parameters<ConsoleHub['onLine']>[0]) => hub.onLine(listener),
  };
  const power = new MachinePower(machine, context, null);
  const dispose = async () => {
    await hub.close();
    await machine[Symbol.asyncDispose]();
  };
  return { machine, hub, line, power, [Symbol.asyncDispose]: dispose };
}

describe('drivers/machine/process-machine', function () {
  this.timeout(20_000);

  it('keeps flash over cuts and resets, and its console over both', async () => {
    await using rig = await rigWith(node);
    for (const boot of ['boot 1', 'boot 2', 'boot 3']) {
      const seen = rig.line(boot);
      await rig.power.reset(calm());
      await seen;
    }
    const heard = rig.line('heard hello');
    await rig.hub.write(Buffer.from('hello\n'), calm());
    await heard;
    await rig.power.off(calm());
    assert.equal(rig.machine.flash.bytes[0], 0xff - 3);
    assert.deepEqual(new Uint8Array(readFileSync(rig.machine.file.path)), rig.machine.flash.bytes);
  });

  it('is cut at a console line, torn while it is off, and goes back to a checkpoint', async () => {
    await using rig = await rigWith(node);
    const checkpoint = new MachineCheckpoint(rig.machine);
    const blank = await checkpoint.save(calm());
    const cut = rig.power.cut({ kind: 'line', contains: 'boot 1', plusMs: 0 }, calm());
    await rig.power.on(calm());
    await cut;
    assert.equal(rig.machine.on, false);
    rig.machine.flash.tear({ kind: 'erase', address: 0, length: 1024 }, 'after', 1);
    rig.machine.load(rig.machine.flash.bytes.slice());
    const first = rig.line('boot 1');
    await rig.power.on(calm());
    await first;
    await checkpoint.restore(blank, calm());
    assert.ok(rig.machine.flash.bytes.every((byte) => byte === 0xff));
    await assert.rejects(checkpoint.restore('never', calm()), { name: 'UsageError' });
  });

  it('goes back to a checkpoint also when its program has died', async () => {
    await using rig = await rigWith(node);
    const checkpoint = supervised(new MachineCheckpoint(rig.machine), rig.machine);
    const blank = await checkpoint.save(calm());
    await deathOf(rig);
    await checkpoint.restore(blank, calm());
    assert.equal(rig.machine.on, false);
    assert.ok(rig.machine.flash.bytes.every((byte) => byte === 0xff));
  });

  it('tells that the program died, or was never there', async () => {
    await using rig = await rigWith(node);
    const reason = await deathOf(rig);
    assert.equal((reason as { code?: string }).code, 'process-died');
    await using none = await rigWith({ name: 'none', argv: () => ['assay-no-such-program'] });
    await none.power.on(calm());
    const gone = none.machine.died;
    await new Promise((resolve) => gone.addEventListener('abort', resolve, { once: true }));
    assert.equal((gone.reason as { code?: string }).code, 'process-missing');
  });
});

/** Starts the program of a rig and ends it from within; gives what it died of. */
async function deathOf({ hub, line, machine, power }: Awaited<ReturnType<typeof rigWith>>): Promise<unknown> {
  const up = line('boot 1');
  await power.on(calm());
  await up;
  const { died } = machine;
  const dead = new Promise((resolve) => died.addEventListener('abort', resolve, { once: true }));
  await hub.write(Buffer.from('die\n'), calm());
  await dead;
  return died.reason;
}
