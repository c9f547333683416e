import { inflateSync, zipSync } from 'fflate';
import { crc32 } from '#codecs/crc32.ts';
import { type DfuDefect, DfuMisfit, orDefect } from '#codecs/dfu-defect.ts';
import { readDirectory, type ZipEntry } from '#codecs/dfu-zip-directory.ts';

/** A file of an archive. */
export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Bytes that all files of an archive may have together: more than the flash of any board concerned. */
export const ZIP_TOTAL_LIMIT = 16 * 1024 * 1024;
/** A file may grow to so many times its compressed size, and so many bytes more; DEFLATE alone would allow 1032 times. */
const RATIO = 100;
const RATIO_SLACK = 4096;
/** The archive's own clock: every archive of the same files is the same (the DOS epoch, in whatever zone). */
const EPOCH = '1980-01-01T00:00:00';

/**
 * The files of a zip archive, in the order of its directory. A bomb is refused by the sizes it declares before anything
 * grows, and by those it has; so are names that could leave a folder or mean two files. Never throws.
 */
export function readZip(bytes: Uint8Array): readonly ZipFile[] | DfuDefect {
  return orDefect(() => {
    const entries = readDirectory(bytes);
    const total = entries.reduce((sum, entry) => sum + entry.size, 0);
    if (total > ZIP_TOTAL_LIMIT) {
      throw new DfuMisfit('zip-bomb', 0, `at most ${ZIP_TOTAL_LIMIT} bytes in all`, total);
    }
    for (const entry of entries) refuseBomb(entry);
    return entries.map((entry) => ({ name: entry.name, bytes: unpack(bytes, entry) }));
  });
}

/** An archive of these files, stored without compression; the same files give the same bytes. */
export function writeZip(files: readonly ZipFile[]): Uint8Array {
  const tree = Object.fromEntries(files.map(({ name, bytes }) => [name, Uint8Array.from(bytes)]));
  return zipSync(tree, { level: 0, mtime: EPOCH });
}

function refuseBomb({ at, size, packed }: ZipEntry): void {
  const most = RATIO * packed + RATIO_SLACK;
  if (size > most) throw new DfuMisfit('zip-bomb', at, `at most ${most} of ${packed} bytes`, size);
}

function unpack(bytes: Uint8Array, entry: ZipEntry): Uint8Array {
  const packed = bytes.subarray(entry.dataAt, entry.dataAt + entry.packed);
  const plain = entry.isDeflated ? inflate(packed, entry) : Uint8Array.from(packed);
  if (plain.length !== entry.size) {
    throw new DfuMisfit('zip-size', entry.at, `${entry.size} bytes`, plain.length);
  }
  const crc = crc32(plain);
  if (crc !== entry.crc) throw new DfuMisfit('zip-crc', entry.at, `CRC ${entry.crc}`, crc);
  return plain;
}

/** One byte of room more than declared tells a file that grows beyond. */
function inflate(packed: Uint8Array, { size, dataAt }: ZipEntry): Uint8Array {
  try {
    return inflateSync(packed, { out: new Uint8Array(size + 1) });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DfuMisfit('zip-deflate', dataAt, `DEFLATE data of ${size} bytes`, why);
  }
}
