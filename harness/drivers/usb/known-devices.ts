import type { BenchImport, Found } from '#core/found.ts';

/** A USB device by its ids, as sysfs and the serial port library give them: hex, lower case. */
export interface UsbIds {
  readonly vendor: string;
  readonly product: string;
}

/** What a device with such ids is on a bench. */
export interface KnownDevice {
  readonly title: string;
  readonly note: string;
  /** For a serial port: what it is the port of. */
  readonly port: 'console' | 'ppk2' | 'relay or console';
  readonly board?: string;
}

/** By vendor, then product; `*` for all of a vendor's. From the vendors' own udev rules and drivers. */
const DEVICES: Readonly<Record<string, Readonly<Record<string, KnownDevice>>>> = {
  '1366': {
    '*': { title: 'SEGGER J-Link', note: 'console of a Nordic DK', port: 'console', board: 'nrf52840-dk' },
  },
  '1915': {
    c00a: { title: 'Nordic PPK2', note: 'supply and current meter', port: 'ppk2' },
  },
  '303a': {
    '*': {
      title: 'Espressif USB serial/JTAG',
      note: 'console of an ESP32',
      port: 'console',
      board: 'esp32-devkitc',
    },
  },
  '10c4': {
    ea60: { title: 'CP210x', note: 'console, on ESP32 DevKits', port: 'console', board: 'esp32-devkitc' },
  },
  '0403': {
    '*': { title: 'FTDI', note: 'console', port: 'console' },
  },
  '1a86': {
    '7523': { title: 'CH340', note: 'an LCUS relay board, or a console', port: 'relay or console' },
  },
  '0d28': {
    '0204': { title: 'DAPLink', note: 'console and CMSIS-DAP probe', port: 'console' },
  },
};

/** What is known of a device by its ids; null for strangers. */
export function knownDevice({ vendor, product }: UsbIds): KnownDevice | null {
  const products = Object.hasOwn(DEVICES, vendor) ? DEVICES[vendor] : undefined;
  return products?.[product] ?? products?.['*'] ?? null;
}

const SERIAL: BenchImport = { name: 'serial', from: 'drivers/channel/serial' };

/** A serial port as a bench file names it. */
export function foundPort(path: string, says: string, known: KnownDevice | null): Found {
  const quoted = JSON.stringify(path).replaceAll("'", "\\'").replaceAll('"', "'");
  const title = [known?.title, says].filter((text) => text !== undefined && text !== '').join(', ');
  const about = {
    id: path,
    title: title === '' ? 'serial port' : title,
    ...(known === null ? {} : { note: known.note }),
  };
  if (known?.port === 'ppk2') {
    const imports = [SERIAL, { name: 'ppk2', from: 'drivers/power/ppk2' }];
    const expression = `ppk2({ link: serial({ path: ${quoted} }), millivolts: 3000 })`;
    return { kind: 'instrument', ...about, source: { slot: 'power', imports, expression } };
  }
  const source = { slot: 'channel', imports: [SERIAL], expression: `serial({ path: ${quoted} })` } as const;
  return { kind: 'port', ...about, ...(known?.board === undefined ? {} : { board: known.board }), source };
}
