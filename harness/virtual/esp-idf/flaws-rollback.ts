import type { Flaw } from '#core/rig.ts';
import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('esp-idf', 'rollback');

/** Mistakes that the attacks of the family `rollback` are after. */
export const rollbackFlaws: readonly Flaw[] = [
  flaw(
    'rollback-disabled',
    'CWE-1188',
    'Rollback support is not compiled in',
    'CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE is off by default, so that an update is final as soon as it was selected. Most tutorials never turn it on.',
    'ESP-IDF Kconfig BOOTLOADER_APP_ROLLBACK_ENABLE',
  ),
  flaw(
    'app-confirms-at-start',
    'CWE-696',
    'The application marks itself valid before its self-test',
    'app_main begins with esp_ota_mark_app_valid_cancel_rollback, so that an update that cannot work any more still makes itself permanent. Copied from examples that cut the diagnostics out.',
  ),
  flaw(
    'no-watchdog',
    'CWE-755',
    'No watchdog runs during the trial',
    'ESP-IDF stops the boot watchdog when app_main starts and the task watchdog was left out, so that an update that hangs stays on trial for ever.',
  ),
  flaw(
    'pending-not-aborted',
    'CWE-754',
    'An update that reset during its trial gets another one',
    'A patched boot loader does not turn PENDING_VERIFY into ABORTED, to be lenient about brown-outs. An update that crashes is then tried for ever.',
  ),
  flaw(
    'confirm-not-stored',
    'CWE-392',
    'Marking valid reports success but stores nothing',
    'The call is wrapped in a settings layer that postpones flash writes and never flushes this one, so that a good update goes away at the next reset.',
  ),
];
