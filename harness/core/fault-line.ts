/** A line by which a board says that it went down. */
export interface CrashSeen {
  /** Milliseconds on the rig's clock since the scenario began. */
  readonly atMs: number;
  readonly text: string;
}

/**
 * How the first line of a crash begins or what it holds: Zephyr's fault handlers and assertions
 * (arch/arm/core/cortex_m/fault.c, kernel/fatal.c, lib/os/assert.c), ESP-IDF's panic handler, assertions, heap checks,
 * FreeRTOS's stack check and the task watchdog (components/esp_system).
 */
const FAULT_LINES: readonly RegExp[] = [
  /\*{5} [A-Z ]{2,32} FAULT \*{5}/,
  /ZEPHYR FATAL ERROR \d/,
  /^ASSERTION FAIL/,
  /^Guru Meditation Error:/,
  /^assert failed:/,
  /^abort\(\) was called/,
  /^CORRUPT HEAP:/,
  /^\*{3}ERROR\*{3} A stack overflow/,
  /task_wdt: Task watchdog got triggered/,
];

/** Characters of a line that are looked at: what a crash says first stands at its beginning. */
const LOOKED_AT = 200;

/** Whether the firmware says in this console line that it crashed. */
export function isFaultLine(text: string): boolean {
  const beginning = text.slice(0, LOOKED_AT);
  return FAULT_LINES.some((pattern) => pattern.test(beginning));
}
