import type { Flaw } from '#core/rig.ts';
import { corruptedImageFlaws } from '#virtual/esp-idf/flaws-corrupted-image.ts';
import { downgradeFlaws } from '#virtual/esp-idf/flaws-downgrade.ts';
import { powerLossFlaws } from '#virtual/esp-idf/flaws-power-loss.ts';
import { rollbackFlaws } from '#virtual/esp-idf/flaws-rollback.ts';

/** Mistakes a simulated ESP32 can be built with, below and in its application's update code. */
export const espFlaws: readonly Flaw[] = [
  ...rollbackFlaws,
  ...downgradeFlaws,
  ...corruptedImageFlaws,
  ...powerLossFlaws,
];

const ANTI_ROLLBACK: ReadonlySet<string> = new Set([
  'esp-idf/efuse-not-checked',
  'esp-idf/efuse-never-burned',
  'esp-idf/bootloader-skips-secure-version',
  'esp-idf/first-segment-underflow',
  'esp-idf/counter-burned-on-trial',
]);

/** Without trials there is no record to lose: nothing in otadata changes but by an update that was already written. */
const TRIALS: ReadonlySet<string> = new Set([
  'esp-idf/otadata-single-sector',
  'esp-idf/both-sectors-erased',
  'esp-idf/otadata-crc-ignored',
  'esp-idf/active-record-overwritten',
  'esp-idf/second-record-ignored',
  // The image that shows it crashes, and is told from others by its trial.
  'esp-idf/mapping-not-checked',
]);

/** With encryption a blank record reads as a damaged one: with this no update would ever have run, in no factory. */
const PLAIN: ReadonlySet<string> = new Set(['esp-idf/second-record-ignored']);

/** The mistakes that mean something on a chip that was built so. */
export function espFlawsFor(built: {
  readonly rollback: boolean;
  readonly antiRollback: boolean;
  readonly keyRevoked: boolean;
  readonly encrypted: boolean;
}): readonly Flaw[] {
  return espFlaws.filter(({ id, family }) => {
    if (!built.antiRollback && ANTI_ROLLBACK.has(id)) return false;
    if (built.encrypted && PLAIN.has(id)) return false;
    if (!built.rollback && (family === 'rollback' || TRIALS.has(id))) return false;
    return built.keyRevoked || id !== 'esp-idf/revocation-ignored';
  });
}
