import { defineBench } from '#core/rig.ts';
import { serial } from '#drivers/channel/serial.ts';
import { commandPower } from '#drivers/power/command.ts';
import { wiredEsp32Devkitc } from '../esp32-devkitc/wired.ts';
import { nrf52840Dk } from '../nrf52840-dk/board.ts';

/** An example to copy to `lab.local.ts` (which git ignores): an nRF52840 DK and an ESP32-DevKitC, powered through switchable hub ports. */
export const bench = defineBench({
  id: 'lab-example',
  title: 'Example lab: an nRF52840 DK on hub port 2, an ESP32-DevKitC on port 3',
  boards: [
    nrf52840Dk({
      channel: serial({ path: '/dev/serial/by-id/usb-SEGGER_J-Link_000683000000-if00' }),
      power: commandPower({
        on: ['uhubctl', '--location', '1-1', '--ports', '2', '--action', 'on'],
        off: ['uhubctl', '--location', '1-1', '--ports', '2', '--action', 'off'],
      }),
    }),
    wiredEsp32Devkitc({
      channel: serial({
        path: '/dev/serial/by-id/usb-Silicon_Labs_CP2102N_USB_to_UART_Bridge_Controller_0001-if00-port0',
      }),
      power: commandPower({
        on: ['uhubctl', '--location', '1-1', '--ports', '3', '--action', 'on'],
        off: ['uhubctl', '--location', '1-1', '--ports', '3', '--action', 'off'],
      }),
      // Addresses of this computer on the board's network, as its firmware was told them.
      network: { mqtt: { host: '192.0.2.1', port: 1883 }, http: { host: '192.0.2.1', port: 8070 } },
      loader: { baudRate: 921_600 },
    }),
  ],
});
