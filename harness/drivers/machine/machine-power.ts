import type { CallOptions, CutReceipt, CutTrigger, PowerControl } from '#core/capabilities.ts';
import type { InstrumentContext } from '#drivers/instrument.ts';
import type { Machine } from '#drivers/machine/machine.ts';
import { SwitchedPower } from '#drivers/power/switched.ts';

/** Cuts inside a flash operation, where a machine's operations can be counted. */
export type OperationCut = (
  trigger: Extract<CutTrigger, { kind: 'operation' }>,
  options: CallOptions,
) => Promise<CutReceipt>;

/** The supply of a machine: its process is started and killed. */
export class MachinePower implements PowerControl {
  readonly triggers: readonly CutTrigger['kind'][];
  readonly #machine: Machine;
  readonly #switched: SwitchedPower;
  readonly #cutInside: OperationCut | null;

  constructor(machine: Machine, context: InstrumentContext, cutInside: OperationCut | null) {
    this.#machine = machine;
    this.#cutInside = cutInside;
    this.triggers = cutInside === null ? ['after', 'line'] : ['after', 'line', 'operation'];
    const verified = `${machine.title} was ended, its flash read back before`;
    const toggle = {
      on: (options: CallOptions) => machine.powerOn(options),
      off: (options: CallOptions) => machine.powerOff(options),
      reset: null,
      verified,
      readBack: () => Promise.resolve({ verified }),
    };
    this.#switched = new SwitchedPower(toggle, context);
  }

  on(options: CallOptions): Promise<void> {
    return this.#machine.powerOn(options);
  }

  off(options: CallOptions): Promise<void> {
    return this.#machine.powerOff(options);
  }

  reset(options: CallOptions): Promise<void> {
    return this.#machine.reset(options);
  }

  cut(trigger: CutTrigger, options: CallOptions): Promise<CutReceipt> {
    if (trigger.kind === 'operation' && this.#cutInside !== null) return this.#cutInside(trigger, options);
    return this.#switched.cut(trigger, options);
  }
}
