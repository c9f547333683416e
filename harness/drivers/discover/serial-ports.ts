import { SerialPort } from 'serialport';
import type { Finder } from '#core/found.ts';
import { stayingNames } from '#drivers/usb/by-id.ts';
import { foundPort, knownDevice } from '#drivers/usb/known-devices.ts';

/** Serial ports that hang on USB, by names that stay; a machine's own UARTs are no part of a bench. */
export const finder: Finder = {
  name: 'serial ports',
  async find() {
    const names = await stayingNames();
    const ports = (await SerialPort.list()).filter(({ vendorId }) => vendorId !== undefined);
    const found = ports.map(
      ({ path, vendorId = '', productId = '', manufacturer = '', serialNumber = '' }) => {
        const known = knownDevice({ vendor: vendorId.toLowerCase(), product: productId.toLowerCase() });
        const says = [manufacturer, serialNumber].filter((text) => text !== '').join(' ');
        return foundPort(names.get(path) ?? path, says, known);
      },
    );
    return { found, remarks: found.length === 0 ? ['no serial port on USB: plug the board in'] : [] };
  },
};
