import { defineBench } from '#core/rig.ts';
import { serial } from '#drivers/channel/serial.ts';
import { uhubctlPower } from '#drivers/power/uhubctl.ts';
import { hciController } from '#drivers/radio/hci.ts';
import { nrf52840Dk } from '../nrf52840-dk/board.ts';

/** Address that the board advertises with, as a scan shows it. */
const BOARD = 'C4:11:22:33:44:55';

/**
 * An example to copy to `nrf52840-dk-ble.local.ts` (which git ignores): an nRF52840 DK whose Bluetooth LE is attacked from
 * a dongle with Zephyr's hci_uart, or any controller that Bumble's transport names reach.
 */
export const bench = defineBench({
  id: 'nrf52840-dk-ble-example',
  title: 'Example rig: an nRF52840 DK, and a dongle that attacks it over Bluetooth LE',
  boards: [
    nrf52840Dk({
      channel: serial({ path: '/dev/serial/by-id/usb-SEGGER_J-Link_000683000000-if00' }),
      power: uhubctlPower({ location: '1-1', port: 2 }),
      ble: {
        controller: hciController('serial:/dev/serial/by-id/usb-ZEPHYR_HCI_dongle-if00,1000000,rtscts'),
        // Handles of the application's own database: one that anybody may read, one that may be written, one protected.
        target: { address: BOARD, readable: 3, writable: 18, protectedValue: null },
      },
    }),
  ],
  // Nothing is attacked over the air, or even connected to, that is not on this list. Yours alone belong here.
  allow: [BOARD],
});
