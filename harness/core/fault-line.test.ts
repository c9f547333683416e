import assert from 'node:assert/strict';
import { isFaultLine } from '#core/fault-line.ts';

const CRASHES = [
  'E: ***** BUS FAULT *****',
  '[00:00:01.204,345] <err> os: ***** USAGE FAULT *****',
  'E: >>> ZEPHYR FATAL ERROR 25: Unknown error on CPU 0',
  'ASSERTION FAIL [rc == 0] @ bootutil/src/loader.c:812',
  "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.",
  'assert failed: multi_heap_free multi_heap_poisoning.c:259 (head != NULL)',
  'abort() was called at PC 0x400d1234 on core 0',
  'CORRUPT HEAP: Bad tail at 0x3ffc1c34. Expected 0xbaad5678 got 0x41414141',
  '***ERROR*** A stack overflow in task mqtt has been detected.',
  'E (5303) task_wdt: Task watchdog got triggered. The following tasks/users did not reset the watchdog in time:',
];

const OTHERS = [
  '*** Booting MCUboot v2.4.0 ***',
  'E: Image in the secondary slot is not valid!',
  'W: Failed reading image headers; Image=0',
  'E (102) esp_image: invalid segment length 0xffffffff',
  'default: 0',
  '',
];

describe('lines of a crash', () => {
  for (const line of CRASHES) it(`knows ${line.slice(0, 60)}`, () => assert.ok(isFaultLine(line)));
  for (const line of OTHERS) it(`does not take for one: ${line}`, () => assert.ok(!isFaultLine(line)));

  it('looks at the beginning of a line that has no end', () => {
    assert.ok(!isFaultLine(`${' '.repeat(100_000)}ZEPHYR FATAL ERROR 25`));
  });
});
