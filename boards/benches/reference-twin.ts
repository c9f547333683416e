import { defineBench } from '#core/rig.ts';
import { PROFILE } from '../microbit/reference-facts.ts';
import { virtualNrf52840Dk } from '../nrf52840-dk/virtual.ts';

/** The virtual nRF board with a boot loader that is configured as the reference firmware's: to be compared with it. */
export const bench = defineBench({
  id: 'reference-twin',
  title: 'Virtual nRF52840 DK, configured as the reference firmware',
  boards: [virtualNrf52840Dk(PROFILE)],
});
