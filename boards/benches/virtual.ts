import { defineBench } from '#core/rig.ts';
import { SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import { virtualEsp32Devkitc } from '../esp32-devkitc/virtual.ts';
import { TWIN_BLE } from '../nrf52840-dk/virtual-ble.ts';
import { virtualNrf52840Dk } from '../nrf52840-dk/virtual.ts';

/** What needs nothing plugged in: simulated boards. */
export const bench = defineBench({
  id: 'virtual',
  title: 'Virtual bench',
  boards: [virtualNrf52840Dk(SOUND_PROFILE, TWIN_BLE), virtualEsp32Devkitc()],
  allow: [TWIN_BLE.address],
});
