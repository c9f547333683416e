import { flawsOf } from '#virtual/mcuboot/flaw.ts';

const flaw = flawsOf('power-loss');

/** Mistakes that the attacks of the family `power-loss` are after. */
export const powerLossFlaws = [
  flaw(
    'swap-not-journalled',
    'CWE-755',
    'The swap keeps no journal',
    'Progress is kept in memory only, so that a swap starts anew over half-moved sectors after power came back.',
  ),
  flaw(
    'status-before-copy',
    'CWE-696',
    'Progress is written before the work is done',
    'The journal says a sector is moved before it is, so that a cut in between loses the sector.',
  ),
  flaw(
    'trailer-cleared-first',
    'CWE-696',
    'The request is forgotten before the journal exists',
    'The trailer of the update slot is erased before the one of the primary slot is set up, so that nobody knows what was under way.',
  ),
  flaw(
    'copy-done-first',
    'CWE-696',
    'The swap is marked done before it starts',
    'The flag that ends a swap is written with the journal’s other fields, so that an interrupted swap counts as complete.',
  ),
  flaw(
    'torn-magic-accepted',
    'CWE-696',
    'A trailer is believed before it is complete',
    'The magic that seals a trailer is written first and its first word is enough, so that a half-written request is taken for a whole one.',
  ),
  flaw(
    'upload-to-running-slot',
    'CWE-706',
    'An upload goes over the image that runs',
    'The application mistakes the running slot for the free one, so that a broken transfer leaves nothing to boot.',
    'Zephyr #99762',
  ),
] as const;
