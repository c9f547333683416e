import { defineBench } from '#core/rig.ts';
import { virtualEsp32Devkitc } from '../esp32-devkitc/virtual.ts';
import { virtualNrf52840Dk } from '../nrf52840-dk/virtual.ts';

/** What needs nothing plugged in: simulated boards. */
export const bench = defineBench({
  id: 'virtual',
  title: 'Virtual bench',
  boards: [virtualNrf52840Dk(), virtualEsp32Devkitc()],
});
