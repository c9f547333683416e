import { isAssayError } from '#core/errors.ts';
import { parseEspFlash, type EspFlash } from '#codecs/esp-flash-dump.ts';
import { printable } from '#engine/printable.ts';
import { together, within, type Verdict } from './check.ts';
import { defectWithin, field, numbered, part, shifted, type Part } from './description.ts';
import type { Format, Keys, Parts } from './format.ts';
import { defectOf, espImageParts, startsEspImage, verifyEsp } from './format-esp-image.ts';
import { isApp, isOtadata, otadataParts, startsTable, tableParts, verifyTable } from './format-esp-tables.ts';

/** A piece of the flash with a name of its own. */
interface Piece {
  readonly name: string;
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly kind: 'image' | 'otadata';
}

/** CONFIG_PARTITION_TABLE_OFFSET: 0x8000 by default, moved up for larger boot loaders. */
const FIRST_TABLE = 0x8000;
const LAST_TABLE = 0x20000;
const SECTOR = 0x1000;

function hasTable(bytes: Uint8Array): boolean {
  for (let at = FIRST_TABLE; at <= LAST_TABLE && at < bytes.length; at += SECTOR) {
    if (startsTable(bytes.subarray(at))) return true;
  }
  return false;
}

/** Images and otadata. Rows that overlap are hostile: together they may not name more bytes than there are. */
function piecesOf(flash: EspFlash, size: number): readonly Piece[] {
  const { bootloader, partitions } = flash;
  const names = numbered(partitions.map(({ row }) => `partition ${printable(row.label)}`));
  let left = size;
  const pieces = partitions.flatMap(({ row, bytes }, index): readonly Piece[] => {
    left -= bytes.length;
    if (left < 0) return [];
    const place = { name: names[index] ?? '', at: row.offset, bytes };
    if (isOtadata(row)) return [{ ...place, kind: 'otadata' }];
    return isApp(row) && startsEspImage(bytes) ? [{ ...place, kind: 'image' }] : [];
  });
  if (bootloader === null) return pieces;
  const { offset, bytes } = bootloader;
  const first: Piece = { name: 'boot loader', at: offset, bytes, kind: 'image' };
  return [first].concat(pieces);
}

function pieceParts({ name, at, bytes, kind }: Piece): Parts {
  const inner: Parts = kind === 'otadata' ? otadataParts(bytes) : espImageParts(bytes);
  const whole: Part = { name, at, fields: [], parts: inner.parts.map((one) => shifted(one, at)) };
  return { parts: [whole], defects: inner.defects.map((defect) => defectWithin(name, defect)) };
}

/** What the boot loader would start. */
function choice({ otadata }: EspFlash): readonly Part[] {
  if (otadata === null) return [];
  const { slot } = otadata;
  const text = slot === null ? 'the factory image, or the first that loads' : `ota_${slot}`;
  return [part('next boot', 0, [field('otaSlot', slot, text)])];
}

function described(bytes: Uint8Array): Parts {
  try {
    const flash = parseEspFlash(bytes);
    const table = tableParts(bytes.subarray(flash.tableOffset));
    const pieces = piecesOf(flash, bytes.length).map(pieceParts);
    const rows = table.parts.map((one) => shifted(one, flash.tableOffset));
    return {
      parts: [...rows, ...pieces.flatMap(({ parts }) => parts), ...choice(flash)],
      defects: pieces.flatMap(({ defects }) => defects),
    };
  } catch (error) {
    return { parts: [], defects: [defectOf('flash', error)] };
  }
}

function verifyFlash(bytes: Uint8Array, keys: Keys): Verdict {
  try {
    const flash = parseEspFlash(bytes);
    const images = piecesOf(flash, bytes.length).filter(({ kind }) => kind === 'image');
    return together([
      verifyTable(bytes.subarray(flash.tableOffset)),
      ...images.map((image) => within(image.name, verifyEsp(image.bytes, keys))),
    ]);
  } catch (error) {
    if (!isAssayError(error) || error.fault !== 'peer') throw error;
    const check = { image: '', check: 'partition-table', result: 'fails', detail: error.message } as const;
    return { valid: false, checks: [check] };
  }
}

/** The whole flash of an ESP32 family chip, from address 0. */
export const espFlash: Format = {
  id: 'esp-flash',
  name: 'flash dump of an ESP32',
  recognises: hasTable,
  describe: (bytes) => ({ title: `ESP32 flash dump, ${bytes.length / 1024} KiB`, ...described(bytes) }),
  verify: verifyFlash,
};
