import type { Capabilities, FlashProbe } from '#core/capabilities.ts';
import type { OpenOptions, OpenRig } from '#core/rig.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { RealClock } from '#drivers/clock.ts';
import type { InstrumentContext } from '#drivers/instrument.ts';
import { MachineCheckpoint } from '#drivers/machine/machine-checkpoint.ts';
import { MachinePower } from '#drivers/machine/machine-power.ts';
import { cutAtOperation } from '#drivers/machine/operation-cut.ts';
import { QemuMachine } from '#drivers/machine/qemu-machine.ts';
import { QemuProbe } from '#drivers/machine/qemu-probe.ts';
import { microbit } from '#drivers/machine/qemu-recipe.ts';
import { supervised } from '#drivers/machine/supervised.ts';
import { MachineFlash } from '#virtual/machine-flash.ts';
import { CHIP_WORDS } from './chip.ts';

/** Decides what RAM holds when power comes. */
const RAM_SEED = 1;

/** An emulated micro:bit, off, and what a rig is made of around it. */
export interface OpenedMachine {
  readonly machine: QemuMachine;
  readonly flash: MachineFlash;
  readonly hub: ConsoleHub;
  readonly clock: RealClock;
  readonly probe: FlashProbe;
  readonly base: Omit<OpenRig, 'board' | 'prepare' | keyof Capabilities>;
  /** These capabilities and the machine's own, all of which end with the cause when QEMU dies. */
  readonly capabilities: (more: Partial<Capabilities>) => Partial<Capabilities>;
}

/** Opens an emulated micro:bit with this flash. QEMU starts when the machine is first turned on. */
export async function openMachine(content: Uint8Array, { signal }: OpenOptions): Promise<OpenedMachine> {
  signal.throwIfAborted();
  const clock = new RealClock();
  const flash = new MachineFlash(microbit.flash);
  flash.replace(content);
  const machine = await QemuMachine.open({ recipe: microbit, flash, clock, seed: RAM_SEED });
  const hub = new ConsoleHub(machine.console, clock);
  const context: InstrumentContext = { signal, clock, onLine: (listener) => hub.onLine(listener) };
  const power = new MachinePower(machine, context, (trigger, call) => cutAtOperation(machine, trigger, call));
  const probe = new QemuProbe(machine, CHIP_WORDS);
  const own: Partial<Capabilities> = {
    channel: hub.tap(),
    power,
    probe,
    checkpoint: new MachineCheckpoint(machine),
  };
  return {
    machine,
    flash,
    hub,
    clock,
    probe,
    base: {
      kind: 'machine',
      clock,
      instruments: {
        channel: 'emulated UART on a Unix socket',
        power: 'QEMU started and killed; flash in a file between',
        probe: 'gdb stub of QEMU',
      },
      onConsole: (listener) => hub.onLine(listener),
      [Symbol.asyncDispose]: async () => {
        await hub.close();
        await machine[Symbol.asyncDispose]();
      },
    },
    capabilities: (more) => watchedOver({ ...own, ...more }, machine),
  };
}

/** Power is left out: it is what brings a dead machine back. */
function watchedOver(
  { power, ...others }: Partial<Capabilities>,
  machine: QemuMachine,
): Partial<Capabilities> {
  const watched = Object.entries(others).map(([name, capability]) => [name, supervised(capability, machine)]);
  return {
    ...(power === undefined ? {} : { power }),
    ...(Object.fromEntries(watched) as Partial<Capabilities>),
  };
}
