import type { BoardFacts } from '#core/board.ts';
import type { CallOptions } from '#core/capabilities.ts';
import type { BoardEntry, OpenOptions, OpenRig } from '#core/rig.ts';
import { qemuEquipment } from '#drivers/machine/examine-qemu.ts';
import { microbit } from '#drivers/machine/qemu-recipe.ts';
import { awaitGolden } from '../nrf52840-dk/golden.ts';
import { SIMULATED_OFFERS } from '../simulated-offers.ts';
import { factoryFlash, flawOf, flawsOn } from './factory.ts';
import { openMachine } from './machine.ts';
import { overConsole } from './over-console.ts';
import { MICROBIT, referenceFacts } from './reference-facts.ts';
import { machineSweep } from './sweep.ts';

/** The machine is as it was told to be, so that a golden image which does not run was not built right. */
const NO_BOOT = 'build the firmware anew: npm run firmware; what it printed is in the record’s console';

/** The reference firmware on an emulated micro:bit; with one mistake where one is named. */
export function qemuReference(flaw: string | null = null): BoardEntry {
  const facts = referenceFacts(flaw);
  return {
    facts,
    kind: 'machine',
    offers: SIMULATED_OFFERS,
    flaws: flawsOn(MICROBIT),
    equipment: [qemuEquipment(microbit.program)],
    built: (flaws) => qemuReference(flawOf(flaw, flaws)),
    open: (options) => {
      const chosen = flawOf(flaw, options.flaws);
      return openRig(chosen === flaw ? facts : referenceFacts(chosen), chosen, options);
    },
  };
}

async function openRig(facts: BoardFacts, flaw: string | null, options: OpenOptions): Promise<OpenRig> {
  const content = factoryFlash(MICROBIT.chip, facts, flaw);
  const opened = await openMachine(content, options);
  const { machine, hub } = opened;
  const restart = (call: CallOptions) => machine.reset(call);
  const console = overConsole({ ...opened, chip: MICROBIT.chip, restart });
  const capabilities = opened.capabilities({ ...console, sweep: machineSweep(opened, content) });
  // The watched one: a machine that dies while it starts is told from a board that is silent.
  const { identity = console.identity } = capabilities;
  return {
    ...opened.base,
    board: facts,
    ...capabilities,
    prepare: async (call) => {
      await machine.powerOff(call);
      machine.load(content);
      hub.clearTail();
      await machine.powerOn(call);
      await awaitGolden(identity, facts.firmware.golden, call, NO_BOOT);
    },
  };
}
