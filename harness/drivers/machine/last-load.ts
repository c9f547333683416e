import type { CallOptions } from '#core/capabilities.ts';
import type { GdbClient } from '#drivers/probe/gdb-client.ts';

const PC = 15;
const WORD = 4;
/** LDM Rn!, {registers}: 1100 1nnn rrrr rrrr (ARMv6-M Architecture Reference Manual, A6.7.25). */
const LDM = { mask: 0xf800, value: 0xc800 } as const;
/** Several words that one instruction has loaded. */
export interface ManyLoaded {
  /** Null: nobody knows any more. */
  readonly from: number | null;
  readonly length: number;
}

/**
 * What a halted Cortex-M0 has just loaded, where that can be several words: QEMU tells of one watchpoint only, however many
 * the instruction touched. Null for a load of one word.
 */
export async function lastLoad(gdb: GdbClient, options: CallOptions): Promise<ManyLoaded | null> {
  const registers = await gdb.registers(options);
  const pc = registers[PC] ?? 0;
  const [low = 0, high = 0] = await gdb.read(pc - 2, 2, options);
  return loadOf(low | (high << 8), registers);
}

/** What an instruction has loaded, by the registers behind it. */
export function loadOf(instruction: number, registers: readonly (number | null)[]): ManyLoaded | null {
  if ((instruction & LDM.mask) !== LDM.value) return null;
  const base = (instruction >> 8) & 7;
  const list = instruction & 0xff;
  const length = WORD * list.toString(2).replaceAll('0', '').length;
  // The base is moved behind what was loaded, unless it was loaded itself.
  const isLost = (list & (1 << base)) !== 0;
  return { from: isLost ? null : (registers[base] ?? 0) - length, length };
}
