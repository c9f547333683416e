import { defineBench } from '#core/rig.ts';
import { serial } from '#drivers/channel/serial.ts';
import { commandPower } from '#drivers/power/command.ts';
import { nrf52840Dk } from '../nrf52840-dk/board.ts';

/** An example to copy to `lab.local.ts` (which git ignores): one nRF52840 DK, powered through a switchable hub port. */
export const bench = defineBench({
  id: 'lab-example',
  title: 'Example lab: one nRF52840 DK on hub port 2',
  boards: [
    nrf52840Dk({
      channel: serial({ path: '/dev/serial/by-id/usb-SEGGER_J-Link_000683000000-if00' }),
      power: commandPower({
        on: ['uhubctl', '--location', '1-1', '--ports', '2', '--action', 'on'],
        off: ['uhubctl', '--location', '1-1', '--ports', '2', '--action', 'off'],
      }),
    }),
  ],
});
