import type { BoardFacts } from '#core/board.ts';
import type { CapabilityName } from '#core/capabilities.ts';
import { sha256Hex } from '#core/digest.ts';
import type { Image } from '#core/image.ts';
import type { BoardEntry, OpenOptions, OpenRig } from '#core/rig.ts';
import { MicropythonIdentity } from '#drivers/identity/micropython.ts';
import { qemuEquipment } from '#drivers/machine/examine-qemu.ts';
import { readFirmwareHex } from '#drivers/machine/firmware-file.ts';
import { microbit } from '#drivers/machine/qemu-recipe.ts';
import { firmware as testFirmware } from '../nrf52840-dk/firmware.ts';
import { awaitGolden } from '../nrf52840-dk/golden.ts';
import { flash } from './chip.ts';
import { openMachine } from './machine.ts';

/** Where Debian's package `firmware-microbit-micropython` puts its build. */
const HEX = '/usr/share/firmware-microbit-micropython/firmware.hex';

const OFFERS: readonly CapabilityName[] = ['channel', 'power', 'probe', 'identity', 'checkpoint'];
/** Behind the interpreter and its file system lie pages that nobody uses. */
const SPARE = 0x3f000;

/** `v1.9.2-34-gd64154c73` of the text that the build prints before its first prompt. */
const VERSION = /\bMicroPython (v\S+) on \d{4}-/;

function readGolden(path: string): Image {
  const bytes = readFirmwareHex({
    path,
    size: flash.size,
    remedy: 'install it: apt-get install firmware-microbit-micropython',
  });
  const digest = sha256Hex(bytes);
  const version = versionIn(bytes);
  return { name: `MicroPython ${version}`, version, bytes, digest, identity: digest, buildId: version };
}

function versionIn(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  const [, whole] = VERSION.exec(text) ?? [];
  return whole ?? /\bv\d+\.\d+\.\d+(?:-\d+-g[0-9a-f]+)?\b/.exec(text)?.[0] ?? 'unknown';
}

/** Stands for a build that is not installed: opening the board says so. */
const NOT_INSTALLED: Image = {
  name: 'MicroPython, not installed',
  version: 'unknown',
  bytes: new Uint8Array(),
  digest: sha256Hex(''),
  identity: sha256Hex(''),
  buildId: 'not installed',
};

function goldenOrNone(path: string): Image {
  try {
    return readGolden(path);
  } catch {
    return NOT_INSTALLED;
  }
}

/**
 * MicroPython on an emulated micro:bit: somebody else's machine code, to try a bench with. It has neither boot loader nor
 * updates, so that no attack on updates applies; the images that attacks are planned with are the test firmware's.
 */
function factsOf(golden: Image): BoardFacts {
  return {
    id: 'microbit-micropython',
    title: 'BBC micro:bit in QEMU, MicroPython',
    soc: 'nRF51822',
    bootloader: { kind: 'none', mode: 'no boot loader', version: golden.version },
    flash,
    areas: [
      { name: 'application', offset: 0, size: SPARE },
      { name: 'spare', offset: SPARE, size: flash.size - SPARE },
    ],
    updateArea: 'spare',
    protections: {
      rollback: false,
      downgradeByVersion: false,
      comparesBuildNumber: false,
      acceptsEqualVersion: true,
      downgradeByCounter: false,
      hardwareCounter: false,
      signature: false,
      watchdogMs: null,
    },
    firmware: { ...testFirmware, golden },
    updatePaths: [],
    countsOperations: false,
    inputs: [],
  };
}

/** The board with the MicroPython build at this path; Debian's where none is given. */
export function qemuMicropython(path = HEX): BoardEntry {
  const facts = factsOf(goldenOrNone(path));
  return {
    facts,
    kind: 'machine',
    offers: OFFERS,
    flaws: [],
    equipment: [qemuEquipment(microbit.program)],
    open: (options) => openRig(facts, path, options),
  };
}

async function openRig(facts: BoardFacts, path: string, options: OpenOptions): Promise<OpenRig> {
  const golden = readGolden(path);
  const content = new Uint8Array(flash.size).fill(0xff);
  content.set(golden.bytes);
  const { machine, hub, clock, base, capabilities } = await openMachine(content, options);
  const identity = new MicropythonIdentity(hub, clock, golden, 'application');
  return {
    ...base,
    board: facts,
    ...capabilities({ identity }),
    prepare: async (call) => {
      await machine.powerOff(call);
      machine.load(content);
      hub.clearTail();
      await machine.powerOn(call);
      await awaitGolden(identity, golden, call);
    },
  };
}
