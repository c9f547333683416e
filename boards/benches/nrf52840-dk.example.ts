import { defineBench } from '#core/rig.ts';
import { serial } from '#drivers/channel/serial.ts';
import { uhubctlPower } from '#drivers/power/uhubctl.ts';
import { openOcdProbe } from '#drivers/probe/openocd.ts';
import { nrf52840DkReference } from '../nrf52840-dk/reference.ts';

/**
 * An example to copy to `nrf52840-dk.local.ts` (which git ignores): one nRF52840 DK that the reference firmware is put
 * into, to find out what the rig catches. `npm run firmware -- --chip nrf52840` builds it; `assay selftest` runs it.
 */
export const bench = defineBench({
  id: 'nrf52840-dk-example',
  title: 'Example rig: an nRF52840 DK with the reference firmware',
  boards: [
    nrf52840DkReference({
      channel: serial({ path: '/dev/serial/by-id/usb-SEGGER_J-Link_000683000000-if00' }),
      power: uhubctlPower({ location: '1-1', port: 2 }),
      probe: openOcdProbe({
        start: ['-f', 'interface/jlink.cfg', '-c', 'transport select swd', '-f', 'target/nrf52.cfg'],
        flash: { address: 0, size: 0x10_0000, page: 0x1000 },
      }),
    }),
  ],
});
