import { defineBench } from '#core/rig.ts';
import { builtWith } from '../built-with.ts';
import { virtualNrf52840Dk } from '../nrf52840-dk/virtual.ts';

/** MCUboot as it was before issue 1966 was fixed, beside the one of today: only a torn write tells them apart. */
export const bench = defineBench({
  id: 'virtual-1966',
  title: 'Virtual bench with MCUboot before and after the fix of issue 1966',
  boards: [
    virtualNrf52840Dk(),
    builtWith(virtualNrf52840Dk(), ['mcuboot/revert-needs-blank-trailer'], {
      id: 'nrf52840-dk-before-1966',
      title: 'Nordic nRF52840 DK, MCUboot swap using move as it was before pull request 2100',
    }),
  ],
});
