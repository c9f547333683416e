import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchError } from '#core/errors.ts';
import { calm } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import { RealClock } from '#drivers/clock.ts';
import { writeOldQemu } from '#drivers/machine/old-qemu.fixture.ts';
import { cutAtOperation } from '#drivers/machine/operation-cut.ts';
import { QemuMachine } from '#drivers/machine/qemu-machine.ts';
import { QemuProbe } from '#drivers/machine/qemu-probe.ts';
import { microbit, type QemuRecipe } from '#drivers/machine/qemu-recipe.ts';
import { MachineFlash } from '#virtual/machine-flash.ts';

const SIZE = microbit.flash.size;
/** Words of the program below. */
const MARK = 0x3000;
const FROM_UICR = 0x3008;
const ERASED = 0x3400;
/** Its endless loop. */
const HANG = 0x70;

/**
 * Machine code, assembled from: CONFIG = Wen; [0x3000] = 0x1234ffff; [0x3000] = 0xffff5678; UICR[0x80] = 0xcafe0000;
 * CONFIG = Ren; SYSRESETREQ. Where [0x3000] is 0x12345678: CONFIG = Een; ERASEPAGE = 0x3400; CONFIG = Wen;
 * [0x3008] = UICR[0x80]. Anything else hangs, and so does the end.
 */
const PROGRAM = Buffer.from(
  '0040002041000000710000007100000071000000710000007100000071000000710000007100000071000000710000007100' +
    '00007100000071000000710000001148124e124c2568124b9d4211d0124a954200d00ce00121016010492160104921601049' +
    '3160002101600f480f490160fee7022101600e4f0e4939600121016031680d4a1160f3e704e5014080100010003000007856' +
    '3412ffffffffffff34127856ffff0000feca0ced00e00400fa0508e501400034000008300000',
  'hex',
);

function factory(): Uint8Array {
  const content = new Uint8Array(SIZE).fill(0xff);
  content.set(PROGRAM);
  content.fill(0, ERASED, ERASED + 16);
  return content;
}

async function machineWith(content: Uint8Array, recipe: QemuRecipe = microbit) {
  const flash = new MachineFlash(microbit.flash);
  flash.replace(content);
  return QemuMachine.open({ recipe, flash, clock: new RealClock(), seed: 1 });
}

const word = (bytes: Uint8Array, at: number) => Buffer.from(bytes).readUInt32LE(at).toString(16);

/** Lets the machine run until its program hangs. */
async function untilHanging(machine: QemuMachine): Promise<void> {
  const gdb = machine.process?.gdb;
  for (let look = 0; look < 200; look++) {
    await gdb?.halt(calm());
    const registers = await gdb?.registers(calm());
    gdb?.go();
    if (registers?.[15] === HANG) return;
    await machine.clock.sleep(10);
  }
  assert.fail('the program does not hang');
}

/** Lets the machine run until its program has nothing left to do. */
async function untilDone(machine: QemuMachine): Promise<void> {
  const probe = new QemuProbe(machine, []);
  for (let look = 0; look < 200; look++) {
    if (word(await probe.read(ERASED, 4, calm()), 0) === 'ffffffff') return;
    await machine.clock.sleep(10);
  }
  assert.fail('the program did not come to its end');
}

describe('drivers/machine/qemu-machine', function () {
  this.timeout(30_000);

  before(function () {
    if (spawnSync('qemu-system-arm', ['--version']).status !== 0) {
      skipBecause(this, 'no qemu-system-arm: apt-get install qemu-system-arm');
    }
  });

  it('keeps what the program wrote over its own reset and over a power cut; UICR is lost at the reset', async () => {
    await using machine = await machineWith(factory());
    await machine.powerOn(calm());
    await untilDone(machine);
    await machine.powerOff(calm());
    assert.equal(word(machine.flash.bytes, MARK), '12345678');
    assert.equal(word(machine.flash.bytes, FROM_UICR), 'ffffffff');
    assert.deepEqual(new Uint8Array(readFileSync(machine.file.path)), machine.flash.bytes);
  });

  it('starts with flash that somebody edited while it was off, and refuses a file of another length', async () => {
    await using machine = await machineWith(factory());
    const edited = factory();
    edited.set([0, 0, 0, 0], MARK);
    writeFileSync(machine.file.path, edited);
    await machine.powerOn(calm());
    await machine.powerOff(calm());
    assert.deepEqual(machine.flash.bytes, edited);
    writeFileSync(machine.file.path, edited.subarray(1));
    await assert.rejects(machine.powerOn(calm()), { code: 'flash-file' });
  });

  it('refuses a QEMU that is too old, and says which would do', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-old-qemu-'));
    try {
      const program = join(folder, 'qemu-system-arm');
      writeOldQemu(program);
      await using machine = await machineWith(factory(), { ...microbit, program });
      const error = {
        name: 'BenchError',
        code: 'qemu-too-old',
        got: 'version 5.2',
        expected: /^version 6\.0/,
      };
      await assert.rejects(machine.powerOn(calm()), error);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says that a firmware does not boot where the processor locks up', async () => {
    await using machine = await machineWith(new Uint8Array(microbit.flash.size).fill(0xbf));
    const trying = async () => {
      await machine.powerOn(calm());
      for (let look = 0; look < 200 && !machine.died.aborted; look++) await machine.clock.sleep(10);
      machine.died.throwIfAborted();
    };
    await assert.rejects(trying, (error: BenchError) => {
      assert.deepEqual([error.name, error.code], ['BenchError', 'machine-lockup']);
      assert.match(`${error.got} ${error.remedy}`, /^Lockup: .* npm run firmware$/);
      return true;
    });
  });

  it('is cut inside an operation: what it left is torn, what came before is whole', async () => {
    await using machine = await machineWith(factory());
    const hung = factory();
    hung.fill(0, MARK, MARK + 4);
    machine.load(hung);
    await machine.powerOn(calm());
    await untilHanging(machine);
    // The probe gives it work, which begins with a reset.
    await new QemuProbe(machine, []).write(MARK, new Uint8Array(4).fill(0xff), calm());
    const cut = cutAtOperation(machine, { kind: 'operation', index: 1, tear: 'before', seed: 1 }, calm());
    await machine.clock.sleep(1000);
    await machine.reset(calm());
    const receipt = await cut;
    assert.deepEqual(receipt.operation, { index: 1, kind: 'write', address: MARK });
    assert.equal(machine.on, false);
    assert.equal(word(machine.flash.bytes, MARK), '1234ffff');
  });

  for (const [name, recipe, code] of [
    ['a machine that QEMU does not have', { ...microbit, args: ['-M', 'nothing'] }, 'qemu-machine-unknown'],
    ['a QEMU that is not there', { ...microbit, program: 'qemu-system-none' }, 'qemu-missing'],
    ['a QEMU that ends at its start', { ...microbit, args: ['-M', 'microbit', '-none'] }, 'qemu-died'],
  ] as const) {
    it(`names ${name}`, async () => {
      await using machine = await machineWith(factory(), recipe);
      await assert.rejects(machine.powerOn(calm()), { name: 'BenchError', code });
      assert.equal(machine.on, false);
    });
  }

  it('tells that it died, and comes back', async () => {
    await using machine = await machineWith(factory());
    await machine.powerOn(calm());
    const { died } = machine;
    void machine.process?.qmp.execute('quit').catch(() => undefined);
    await new Promise((resolve) => died.addEventListener('abort', resolve, { once: true }));
    assert.equal((died.reason as { code?: string }).code, 'qemu-died');
    await machine.powerOn(calm());
    assert.equal(machine.died.aborted, false);
  });
});
