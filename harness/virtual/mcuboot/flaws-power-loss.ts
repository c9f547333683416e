import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('mcuboot', 'power-loss');

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
  flaw(
    'revert-needs-blank-trailer',
    'CWE-754',
    'A half-written request stops the way back',
    'A revert is taken up only while the other slot’s trailer is blank, and the revert itself begins by writing there. A cut inside that write leaves a magic that is neither blank nor good, and the update that nobody confirmed stays.',
    'MCUboot issue 1966, fixed by pull request 2100',
  ),
  flaw(
    'swap-size-not-stored',
    'CWE-755',
    'The journal does not say how much is to be swapped',
    'The size is taken from the image headers at the start and not written down. A resumed swap reads an erased field, and the boot loader stops for good.',
    'MCUboot issue 829',
  ),
  flaw(
    'swap-type-not-stored',
    'CWE-755',
    'The journal does not say what kind of swap is under way',
    'A swap that was interrupted cannot know whether it was a trial. It ends without the marks that a trial needs, so that an update nobody confirmed stays.',
    'MCUboot issue 480, fixed by pull request 485',
  ),
  flaw(
    'one-mark-for-two-copies',
    'CWE-662',
    'Two copies of an exchange share one mark',
    'The journal is written once a sector pair has changed places. A cut between the two copies makes the first run again, from a sector that holds the other image by then.',
  ),
  flaw(
    'journal-lags-a-step',
    'CWE-696',
    'Progress is written one step late',
    'Marks are collected and written with the next step, to save a flash operation. A resumed swap repeats a step whose source is gone.',
  ),
  flaw(
    'journal-not-erased',
    'CWE-665',
    'A new journal is written over the old one',
    'The trailer is not erased before a swap, because it is blank the first time. The return to the old image finds the marks of the upgrade and takes itself for finished.',
  ),
  flaw(
    'resumes-one-late',
    'CWE-193',
    'A resumed swap starts one step too late',
    'The reader of the journal counts the mark that comes next as done, so that after a cut one sector is never copied.',
  ),
  flaw(
    'resume-skips-erase',
    'CWE-665',
    'A resumed step takes its sector for erased',
    'The erase belongs to the step’s beginning, which a resumed swap skips. What is copied mixes with what was there.',
  ),
  flaw(
    'blank-page-not-erased',
    'CWE-754',
    'A page that reads blank is not erased again',
    'Erases are skipped for pages that read as erased, to save time and wear. A page whose erase was cut reads blank too, and loses bits of the image once it lies there.',
  ),
  flaw(
    'asserts-on-torn-trailer',
    'CWE-617',
    'The boot loader stops at a half-written trailer',
    'A magic that is neither blank nor good is taken for a defect of the program, and an assertion ends the boot, at every start.',
  ),
  flaw(
    'validated-after-swap',
    'CWE-696',
    'An update is validated once it has replaced the old image',
    'The boot loader erases and copies first and looks at the signature of what it is about to run. When that is refused, the old image is no longer where it could run.',
  ),
  flaw(
    'counter-raised-on-trial',
    'CWE-696',
    'The security counter is raised before the update is confirmed',
    'Whatever boots takes the counter along. A trial that is cut short cannot be given up, because the old image counts as too old.',
    'MCUboot release notes 2.2.0: counter updated before an image is confirmed',
  ),
  flaw(
    'counter-raised-after-resume',
    'CWE-696',
    'A resumed installation raises the security counter',
    'A completed resumed swap looks like an ordinary boot, and the counter follows the image that runs, on trial as it is. After a cut in the installation the update can no longer be given up.',
    'MCUboot commit 0eaf6668',
  ),
] as const;
