import { defineBench } from '#core/rig.ts';
import { virtualEsp32Devkitc } from '../esp32-devkitc/virtual.ts';
import { virtualNrf52840Dk } from '../nrf52840-dk/virtual.ts';
import { timedOnly } from '../timed-only.ts';

/** The virtual boards as a lab has its real ones: power is cut by time, because nobody can count flash operations. */
export const bench = defineBench({
  id: 'virtual-timed',
  title: 'Virtual bench that cuts by time',
  boards: [
    timedOnly(virtualNrf52840Dk(), [
      'mcuboot/swap-not-journalled',
      'mcuboot/status-before-copy',
      'mcuboot/copy-done-first',
      'mcuboot/swap-size-not-stored',
      'mcuboot/swap-type-not-stored',
      'mcuboot/one-mark-for-two-copies',
      'mcuboot/journal-lags-a-step',
      'mcuboot/journal-not-erased',
      'mcuboot/resumes-one-late',
      'mcuboot/resume-skips-erase',
      'mcuboot/counter-raised-after-resume',
    ]),
    timedOnly(virtualEsp32Devkitc(), [
      'esp-idf/upload-to-running-slot',
      'esp-idf/otadata-single-sector',
      'esp-idf/both-sectors-erased',
    ]),
  ],
});
