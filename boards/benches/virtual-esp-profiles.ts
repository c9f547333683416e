import { defineBench } from '#core/rig.ts';
import { PROFILES } from '../esp32-devkitc/profile.ts';
import { virtualEsp32Devkitc } from '../esp32-devkitc/virtual.ts';

/** Every build of ESP-IDF that the ESP32 twin knows: with and without rollback, factory, test application, several keys. */
export const bench = defineBench({
  id: 'virtual-esp-profiles',
  title: 'Virtual bench, ESP-IDF as menuconfig can build it',
  boards: PROFILES.map((profile) => virtualEsp32Devkitc({ profile })),
});
