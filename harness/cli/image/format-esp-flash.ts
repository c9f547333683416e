import { printable } from '#engine/printable.ts';
import { defectWithin, shifted, type Part } from './description.ts';
import type { Format, Parts } from './format.ts';
import { espImageParts, startsEspImage } from './format-esp-image.ts';
import { isApp, isOtadata, otadataParts, startsTable, tableParts } from './format-esp-tables.ts';

/** CONFIG_PARTITION_TABLE_OFFSET as projects set it: the default, and with larger boot loaders. */
const TABLE_AT = [0x8000, 0x9000, 0xa000, 0xc000, 0xd000, 0x10000, 0x11000, 0x20000] as const;
/** Where the ROM of each chip looks for the boot loader. */
const BOOTLOADER_AT = [0x1000, 0x0, 0x2000] as const;

function tableAt(bytes: Uint8Array): number | undefined {
  return TABLE_AT.find((at) => startsTable(bytes.subarray(at)));
}

function placed(name: string, at: number, { parts, defects }: Parts): Parts {
  const whole: Part = { name, at, fields: [], parts: parts.map((one) => shifted(one, at)) };
  return { parts: [whole], defects: defects.map((defect) => defectWithin(name, defect)) };
}

function bootLoader(bytes: Uint8Array, before: number): readonly Parts[] {
  const at = BOOTLOADER_AT.find((offset) => offset < before && startsEspImage(bytes.subarray(offset)));
  if (at === undefined) return [];
  return [placed('boot loader', at, espImageParts(bytes.subarray(at, before)))];
}

function contents(bytes: Uint8Array, table: number): readonly Parts[] {
  const { rows } = tableParts(bytes.subarray(table));
  return rows.flatMap((row) => {
    const name = `partition ${printable(row.label)}`;
    const there = bytes.subarray(row.offset, row.offset + row.size);
    if (isOtadata(row)) return [placed(name, row.offset, otadataParts(there))];
    return isApp(row) && startsEspImage(there) ? [placed(name, row.offset, espImageParts(there))] : [];
  });
}

function described(bytes: Uint8Array): Parts {
  const at = tableAt(bytes);
  if (at === undefined) return { parts: [], defects: [] };
  const table = tableParts(bytes.subarray(at));
  const all = [
    ...bootLoader(bytes, at),
    { parts: table.parts.map((one) => shifted(one, at)), defects: table.defects },
    ...contents(bytes, at),
  ];
  return { parts: all.flatMap(({ parts }) => parts), defects: all.flatMap(({ defects }) => defects) };
}

/** The whole flash of an ESP32, from address 0. */
export const espFlash: Format = {
  id: 'esp-flash',
  name: 'flash dump of an ESP32',
  recognises: (bytes) => tableAt(bytes) !== undefined,
  describe: (bytes) => ({ title: `ESP32 flash dump, ${bytes.length / 1024} KiB`, ...described(bytes) }),
};
