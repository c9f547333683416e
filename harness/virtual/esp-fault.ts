import { AppFault } from '#virtual/app-fault.ts';

const BACKTRACE = 'Backtrace: 0x400d3a1c:0x3ffb5f20 0x400d41b7:0x3ffb5f50 0x4008a2e9:0x3ffb5f90';

function panic(lines: readonly string[]): AppFault {
  return new AppFault([...lines, '', BACKTRACE, '', 'Rebooting...']);
}

/** What the processor refuses, in ESP-IDF's words. */
export type PanicReason = 'LoadProhibited' | 'StoreProhibited' | 'IllegalInstruction';

/** ESP-IDF's words for a memory access that the processor refuses. */
export function guruMeditation(reason: PanicReason): AppFault {
  return panic([`Guru Meditation Error: Core  0 panic'ed (${reason}). Exception was unhandled.`]);
}

/** ESP-IDF's words for an assertion that does not hold. */
export function assertFailed(where: string): AppFault {
  return panic([`assert failed: ${where}`]);
}

/** ESP-IDF's words for a heap block whose borders were overwritten. */
export function corruptHeap(): AppFault {
  return panic([
    'CORRUPT HEAP: Bad tail at 0x3ffc1c34. Expected 0xbaad5678 got 0x41414141',
    'assert failed: multi_heap_free multi_heap_poisoning.c:259 (head != NULL)',
  ]);
}

/** FreeRTOS's words for a task whose stack ran over. */
export function taskStackOverflow(task: string): AppFault {
  return panic([`***ERROR*** A stack overflow in task ${task} has been detected.`]);
}

/** ESP-IDF's words for a task that did not feed its watchdog in time. */
export function taskWatchdog(task: string): AppFault {
  return panic([
    'E (5303) task_wdt: Task watchdog got triggered. The following tasks/users did not reset the watchdog in time:',
    `E (5303) task_wdt:  - ${task} (CPU 0)`,
    'E (5303) task_wdt: Aborting.',
  ]);
}
