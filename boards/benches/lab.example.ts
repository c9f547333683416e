import { NRF52_WORDS, nrfDeviceBlock } from '#codecs/nrf-device.ts';
import { defineBench } from '#core/rig.ts';
import { serial } from '#drivers/channel/serial.ts';
import { uhubctlPower } from '#drivers/power/uhubctl.ts';
import { openOcdProbe } from '#drivers/probe/openocd.ts';
import { wiredEsp32Devkitc } from '../esp32-devkitc/wired.ts';
import { nrf52840Dk } from '../nrf52840-dk/board.ts';

/** An example to copy to `lab.local.ts` (which git ignores): an nRF52840 DK and an ESP32-DevKitC, powered through switchable hub ports. */
export const bench = defineBench({
  id: 'lab-example',
  title: 'Example lab: an nRF52840 DK on hub port 2, an ESP32-DevKitC on port 3',
  boards: [
    nrf52840Dk({
      channel: serial({ path: '/dev/serial/by-id/usb-SEGGER_J-Link_000683000000-if00' }),
      // A hub that switches its ports (uhubctl lists them); see docs/a-real-bench.md for other instruments.
      power: uhubctlPower({ location: '1-1', port: 2 }),
      probe: openOcdProbe({
        start: ['-f', 'interface/jlink.cfg', '-c', 'transport select swd', '-f', 'target/nrf52.cfg'],
        flash: { address: 0, size: 0x10_0000, page: 0x1000 },
        words: NRF52_WORDS,
        describe: nrfDeviceBlock,
      }),
      // Add chipId, as assay doctor prints it, and no other board is ever touched.
      care: { wearBudget: 5000 },
    }),
    wiredEsp32Devkitc({
      channel: serial({
        path: '/dev/serial/by-id/usb-Silicon_Labs_CP2102N_USB_to_UART_Bridge_Controller_0001-if00-port0',
      }),
      power: uhubctlPower({ location: '1-1', port: 3 }),
      // Addresses of this computer on the board's network, as its firmware was told them.
      network: { mqtt: { host: '192.0.2.1', port: 1883 }, http: { host: '192.0.2.1', port: 8070 } },
      loader: { baudRate: 921_600 },
    }),
  ],
});
