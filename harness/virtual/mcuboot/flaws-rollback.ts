import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('mcuboot', 'rollback');

/** Mistakes that the attacks of the family `rollback` are after. */
export const rollbackFlaws = [
  flaw(
    'test-is-permanent',
    null,
    'Every update is made permanent at once',
    'The boot loader confirms the update itself after the swap, so that a trial never ends. Seen where image_ok was set to silence a revert during development.',
  ),
  flaw(
    'app-confirms-at-start',
    'CWE-696',
    'The application confirms itself before its self-test',
    'The first line of main() confirms the image, so that an update that cannot work any more can still make itself permanent. Sample code does so and is copied.',
  ),
  flaw(
    'no-watchdog',
    'CWE-755',
    'No watchdog runs during the trial',
    'An update that hangs is never reset, so that the revert that would follow never comes.',
  ),
  flaw(
    'revert-not-resumable',
    'CWE-755',
    'A revert is lost when power goes at its start',
    'The request to revert stands in the trailer that is erased first, and no copy of it is made in the other slot. Swap-move was so before its revert fix-up.',
    'MCUboot swap_move.c: fixup_revert',
  ),
  flaw(
    'revert-taken-for-downgrade',
    'CWE-696',
    'An interrupted revert is refused as a downgrade',
    'A revert restarts as a permanent update to the older image, which downgrade prevention then erases: the update on trial stays for good. MCUboot’s swap-move with downgrade prevention is so.',
    'MCUboot loader.c: check_downgrade_prevention after swap_move.c: fixup_revert',
  ),
  flaw(
    'confirm-not-stored',
    'CWE-392',
    'Confirming reports success but stores nothing',
    'The confirmation is kept in memory only and its error code dropped, so that a good update goes away at the next reset.',
  ),
] as const;
