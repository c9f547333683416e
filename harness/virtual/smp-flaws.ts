import type { Flaw } from '#core/rig.ts';

const FAMILY = 'fuzzed-wireless';

/** Mistakes that the virtual board's SMP server can be built with. */
export const smpFlaws: readonly Flaw[] = [
  {
    id: 'smp/frame-length-underflow',
    family: FAMILY,
    title: 'A serial frame that announces 0 or 1 bytes wraps the length',
    story:
      'The receiver takes the CRC off the announced length without a minimum, so that 0 and 1 become almost 64 KiB. ' +
      'Found in the Zephyr serial transport: issue 115025.',
    cwe: 'CWE-191',
    reference: 'https://github.com/zephyrproject-rtos/zephyr/issues/115025',
  },
  {
    id: 'smp/header-length-trusted',
    family: FAMILY,
    title: 'The header length is used without a look at what arrived',
    story:
      'The server reads as many bytes as the header claims, over the end of the packet and of its buffer. ' +
      'The check was missing in Zephyr until early 2022.',
    cwe: 'CWE-125',
    reference: 'https://github.com/zephyrproject-rtos/zephyr/pull/42229',
  },
  {
    id: 'smp/unknown-group-locks',
    family: FAMILY,
    title: 'A request for an unknown group leaves the server locked',
    story:
      'The error path returns with the lock still held, so that no later request is served until a reset. ' +
      'Zephyr had it in 2022.',
    cwe: 'CWE-667',
    reference: 'https://github.com/zephyrproject-rtos/zephyr/issues/43858',
  },
  {
    id: 'smp/cbor-depth',
    family: FAMILY,
    title: 'Nested CBOR is skipped by recursion without a limit',
    story:
      'An unknown key is skipped by a function that calls itself for each level; a few dozen exhaust the stack.',
    cwe: 'CWE-674',
  },
  {
    id: 'smp/echo-overflow',
    family: FAMILY,
    title: 'The echo text is copied into a buffer on the stack',
    story:
      'The buffer holds 128 bytes and the copy takes the length from the message. ' +
      'A long echo has crashed Zephyr servers before.',
    cwe: 'CWE-121',
    reference: 'https://github.com/zephyrproject-rtos/zephyr/issues/44271',
  },
  {
    id: 'smp/buffer-leak',
    family: FAMILY,
    title: 'Answers after a refused request carry what was left in the buffer',
    story:
      'Request and answer share a buffer, and the path that refuses damaged CBOR does not reset its length: ' +
      'from then on answers are sent with the remains of earlier messages behind them.',
    cwe: 'CWE-226',
  },
  {
    id: 'smp/upload-offset-unchecked',
    family: FAMILY,
    title: 'An upload chunk is written wherever it says',
    story:
      'The offset is taken from the message and neither compared with the one expected nor with the size of the slot.',
    cwe: 'CWE-787',
  },
];
