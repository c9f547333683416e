import { defineBench } from '#core/rig.ts';
import { FACTORY } from '../esp32-devkitc/profile.ts';
import { virtualEsp32Devkitc } from '../esp32-devkitc/virtual.ts';

/** The ESP32 that keeps its factory application beside two OTA slots, and therefore goes without anti-rollback. */
export const bench = defineBench({
  id: 'virtual-factory',
  title: 'Virtual bench, ESP32 with a factory application',
  boards: [virtualEsp32Devkitc({ profile: FACTORY })],
});
