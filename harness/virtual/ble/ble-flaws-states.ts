import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('ble', 'fuzzed-wireless');

/** Mistakes that show in one state of a conversation alone, several sound steps deep. */
export const stateFlaws = [
  flaw(
    'segments-past-sdu',
    'CWE-787',
    'Later segments of an SDU are appended past the length that the first announced',
    'Only the first segment is held against the buffer; those behind it are copied as they come.',
  ),
  flaw(
    'half-sdu-outlives-channel',
    'CWE-416',
    'A half-received SDU outlives its channel',
    'The buffer is freed when the channel closes, and the next channel that opens clears what it still points to.',
  ),
  flaw(
    'failed-execution-kept',
    'CWE-416',
    'Prepared writes whose execution failed are left in the list',
    'The failure frees the parts and returns early; the next execution begins with those that are gone.',
  ),
] as const;
