/** The boot loader ends here: an assertion, a processor fault or a panic. Thrown through it, caught by `boot`. */
export class BootHalt extends Error {
  override readonly name = 'BootHalt';
  /** What the console shows last. */
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines[0] ?? 'halt');
    this.lines = lines;
  }
}

/** A failed assertion of bootutil, as Zephyr prints it. */
export function assertionFailed(file: string): BootHalt {
  return new BootHalt(`ASSERTION FAIL [rc == 0] @ bootutil/src/${file}`);
}

/** A Cortex-M bus fault in the boot loader, as Zephyr prints it. */
export function busFault(): BootHalt {
  return new BootHalt(
    'E: ***** BUS FAULT *****',
    'E:   Precise data bus error',
    'E: >>> ZEPHYR FATAL ERROR 25: Unknown error on CPU 0',
    'E: Halting system',
  );
}
