/** The simulated application does something no application survives; thrown out of whatever code was running. */
export class AppFault extends Error {
  override readonly name = 'AppFault';
  /** What the fault handler prints before it resets. */
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines[0] ?? 'fault');
    this.lines = lines;
  }
}

/** Zephyr's words for a read or write outside memory (arch/arm/core/cortex_m/fault.c). */
export function busFault(address: number): AppFault {
  return new AppFault([
    'E: ***** BUS FAULT *****',
    'E:   Precise data bus error',
    `E:   BFAR Address: 0x${(address >>> 0).toString(16).padStart(8, '0')}`,
    ...fatal(25, 'Data bus error'),
  ]);
}

/** Zephyr's words for a stack that ran into its guard. */
export function stackOverflow(thread: string): AppFault {
  return new AppFault([
    'E: ***** MPU FAULT *****',
    'E:   Stacking error (context area might be not valid)',
    ...fatal(2, 'Stack overflow', thread),
  ]);
}

/** Zephyr's words for a stack canary that was overwritten. */
export function stackSmashed(thread: string): AppFault {
  return new AppFault(fatal(2, 'Stack overflow (canary)', thread));
}

function fatal(code: number, name: string, thread = 'smp'): string[] {
  return [
    `E: >>> ZEPHYR FATAL ERROR ${code}: ${name} on CPU 0`,
    `E: Current thread: 0x20001a40 (${thread})`,
    'E: Halting system',
  ];
}
