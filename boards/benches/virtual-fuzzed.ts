import { defineBench } from '#core/rig.ts';
import { SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import { builtWith } from '../built-with.ts';
import { TWIN_BLE } from '../nrf52840-dk/virtual-ble.ts';
import { virtualNrf52840Dk } from '../nrf52840-dk/virtual.ts';

/** A virtual board that crashes over LE, to see what a finding looks like and to send it again to a sound one. */
export const bench = defineBench({
  id: 'virtual-fuzzed',
  title: 'Virtual bench with a board that believes the length of a write',
  allow: [TWIN_BLE.address],
  boards: [
    virtualNrf52840Dk(SOUND_PROFILE, TWIN_BLE),
    builtWith(virtualNrf52840Dk(SOUND_PROFILE, TWIN_BLE), ['ble/write-length-trusted'], {
      id: 'nrf52840-dk-long-write',
      title: 'Nordic nRF52840 DK whose application copies a written value without looking at its length',
    }),
  ],
});
