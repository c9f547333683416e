import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finder, Found } from '#core/found.ts';

const DEVICES = '/sys/bus/usb/devices';

/** Probes by vendor and product, or by what they call themselves. */
const PROBES: readonly (readonly [
  test: (vendor: string, product: string, says: string) => boolean,
  title: string,
  interfaceFile: string,
])[] = [
  [(vendor) => vendor === '1366', 'SEGGER J-Link', 'interface/jlink.cfg'],
  [
    (vendor, product) => vendor === '0483' && /^37(?:44|48|4b|4e|4f|53|54)$/.test(product),
    'ST-Link',
    'interface/stlink.cfg',
  ],
  [
    (_vendor, _product, says) => /CMSIS-DAP|DAPLink/i.test(says),
    'CMSIS-DAP probe',
    'interface/cmsis-dap.cfg',
  ],
  [
    (vendor, product) => vendor === '303a' && product === '1001',
    'Espressif built-in JTAG',
    'board/esp32c3-builtin.cfg',
  ],
];

/** Debug probes on USB, as the operating system lists them (Linux). */
export const finder: Finder = { name: 'debug probes', find: () => findProbes(DEVICES) };

/** Looks in a folder laid out as sysfs. */
export async function findProbes(folder: string): ReturnType<Finder['find']> {
  const names = await readdir(folder).catch(() => null);
  if (names === null) return { found: [], remarks: ['probes were not looked for: this system has no sysfs'] };
  const found = await Promise.all(names.map((name) => probeAt(join(folder, name))));
  return { found: found.filter((probe) => probe !== null), remarks: [] };
}

async function probeAt(folder: string): Promise<Found | null> {
  const read = (file: string) =>
    readFile(join(folder, file), 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
  const [vendor, product, says, serial] = await Promise.all(
    ['idVendor', 'idProduct', 'product', 'serial'].map(read),
  );
  const known = PROBES.find(([test]) => test(vendor ?? '', product ?? '', says ?? ''));
  if (known === undefined) return null;
  const [, title, file] = known;
  return {
    kind: 'probe',
    id: serial === '' ? `${vendor}:${product}` : (serial ?? ''),
    title: `${title}, ${says}`,
    note: `OpenOCD: ${file}`,
  };
}
