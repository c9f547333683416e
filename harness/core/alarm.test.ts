import assert from 'node:assert/strict';
import { crashIn, signatureOf, stateOf, type Alarm } from '#core/alarm.ts';

const ESP = [
  'I (120) app: ready',
  "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.",
  '',
  'Backtrace: 0x400d3a1c:0x3ffb5f20 0x400d41b7:0x3ffb5f50 0x4008a2e9:0x3ffb5f90',
  '',
  'Rebooting...',
  'ets Jul 29 2019 12:21:46',
  '',
  'rst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)',
];

const alarm: Alarm = { oracle: 'fault-line', what: 'x', ...crashIn(ESP), state: 'mqtt' };

describe('core/alarm', () => {
  it('reads what ESP-IDF says of a crash and of the reset after it', () => {
    assert.deepEqual(crashIn(ESP), {
      fault: "Guru Meditation Error: Core <n> panic'ed (LoadProhibited). Exception was unhandled.",
      frames: ['0x400d3a1c', '0x400d41b7', '0x4008a2e9'],
      resetReason: 'SW_CPU_RESET',
    });
  });

  it('reads where Zephyr was', () => {
    const lines = [
      '[00:00:01.204,345] <err> os: ***** BUS FAULT *****',
      '[00:00:01.204,360] <err> os: Faulting instruction address (r15/pc): 0x0000c1f4',
    ];
    assert.deepEqual(crashIn(lines), {
      fault: 'os: ***** BUS FAULT *****',
      frames: ['0x0000c1f4'],
      resetReason: null,
    });
  });

  it('finds the program counter of an abort and of RISC-V', () => {
    assert.deepEqual(crashIn(['abort() was called at PC 0x400d1234 on core 0']).frames, ['0x400d1234']);
    const panic = ['Guru Meditation Error: Core  0 panic', 'MEPC    : 0x42001234  RA      : 0x42005678'];
    assert.deepEqual(crashIn(panic).frames, ['0x42001234']);
  });

  it('tells a restart without a crash by its reason alone', () => {
    assert.deepEqual(crashIn(['rst:0x8 (TG1WDT_SYS_RESET),boot:0x13']), {
      fault: null,
      frames: [],
      resetReason: 'TG1WDT_SYS_RESET',
    });
    assert.equal(crashIn(['Reset reason: watchdog']).resetReason, 'watchdog');
    assert.deepEqual(crashIn(['nothing of note']), { fault: null, frames: [], resetReason: null });
  });

  it('signs the observation, not the words for it', () => {
    assert.equal(signatureOf({ ...alarm, what: 'y' }), signatureOf(alarm));
    const breach = { ...alarm, oracle: 'breach' } as const;
    assert.notEqual(signatureOf({ ...breach, what: 'y' }), signatureOf(breach));
    assert.match(signatureOf(alarm), /^[0-9a-f]{12}$/);
    for (const other of [
      { oracle: 'rebooted' },
      { fault: 'assert failed: <n>' },
      { frames: ['0x400d3a1c'] },
      { resetReason: 'POWERON_RESET' },
      { state: stateOf('mqtt', 'subscribed') },
    ] as const) {
      assert.notEqual(signatureOf({ ...alarm, ...other }), signatureOf(alarm));
    }
  });
});
