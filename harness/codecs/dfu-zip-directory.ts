import { DfuMisfit } from '#codecs/dfu-defect.ts';
import { readName } from '#codecs/dfu-zip-name.ts';

/** A file as the central directory (APPNOTE 6.3.10, 4.3.12) and its local header agree on. */
export interface ZipEntry {
  readonly name: string;
  /** Offset of the local header. */
  readonly at: number;
  readonly dataAt: number;
  readonly crc: number;
  readonly isDeflated: boolean;
  /** Bytes in the archive. */
  readonly packed: number;
  /** Bytes it says to have unpacked. */
  readonly size: number;
}

/** A DFU package has at most two images of two files and a manifest; people add notes. */
const ENTRY_LIMIT = 32;
const END_LENGTH = 22;
const CENTRAL_LENGTH = 46;
const LOCAL_LENGTH = 30;
const SIGNATURE = { end: 0x06054b50, central: 0x02014b50, local: 0x04034b50 } as const;
const FLAG = { descriptor: 0x0008, utf8: 0x0800 } as const;
/** Compression hints are harmless; encryption, patches and masked headers are not ours to read. */
const FLAGS_KNOWN = 0x0006 | FLAG.descriptor | FLAG.utf8;

interface Archive {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Entries of a zip archive, checked against its local headers and each other; throws DfuMisfit. */
export function readDirectory(bytes: Uint8Array): readonly ZipEntry[] {
  const archive = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
  const { start, end, count } = findDirectory(archive.view);
  const entries: ZipEntry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    const central = readCentral(archive, at, end);
    entries.push(readEntry(archive, central, start));
    at = central.end;
  }
  if (at !== end) throw new DfuMisfit('zip-directory', at, `${count} entries up to ${end}`, at);
  refuseDuplicates(entries);
  refuseOverlaps(entries);
  return entries;
}

function findDirectory(view: DataView): {
  readonly start: number;
  readonly end: number;
  readonly count: number;
} {
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) {
    throw new DfuMisfit('zip-disks', end + 4, 'one disk', 'several');
  }
  if (count > ENTRY_LIMIT) throw new DfuMisfit('zip-entries', end + 10, `at most ${ENTRY_LIMIT}`, count);
  const start = view.getUint32(end + 16, true);
  const said = start + view.getUint32(end + 12, true);
  if (said !== end) throw new DfuMisfit('zip-directory', end + 12, `a directory up to ${end}`, said);
  return { start, end, count };
}

/** The end record: the last one whose comment reaches exactly to the end. */
function findEnd(view: DataView): number {
  const last = view.byteLength - END_LENGTH;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) === SIGNATURE.end && view.getUint16(at + 20, true) === last - at) return at;
  }
  throw new DfuMisfit('zip-end', Math.max(0, last), 'an end of central directory record', 'none');
}

/** A file header of the directory, from `at` to `end`; what is in it is the directory's word alone. */
interface Central {
  readonly at: number;
  readonly end: number;
  readonly name: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
}

function readCentral({ bytes, view }: Archive, at: number, limit: number): Central {
  if (at + CENTRAL_LENGTH > limit || view.getUint32(at, true) !== SIGNATURE.central) {
    throw new DfuMisfit('zip-directory', at, 'a file header', 'something else');
  }
  const short = (offset: number) => view.getUint16(at + offset, true);
  const nameEnd = at + CENTRAL_LENGTH + short(28);
  const end = nameEnd + short(30) + short(32);
  if (end > limit) throw new DfuMisfit('zip-directory', at, `a file header up to ${limit}`, end);
  return {
    at,
    end,
    name: bytes.subarray(at + CENTRAL_LENGTH, nameEnd),
    flags: short(8),
    method: short(10),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
  };
}

function readEntry(archive: Archive, central: Central, directory: number): ZipEntry {
  const { at, flags, method, packed, size } = central;
  if ((flags & ~FLAGS_KNOWN) !== 0) throw new DfuMisfit('zip-flags', at + 8, 'plain data', flags);
  if (method !== 0 && method !== 8) throw new DfuMisfit('zip-method', at + 10, 'stored or deflated', method);
  if (method === 0 && packed !== size) throw new DfuMisfit('zip-size', at + 24, String(packed), size);
  const local = archive.view.getUint32(at + 42, true);
  const entry = {
    name: readName(central.name, (flags & FLAG.utf8) !== 0, at),
    at: local,
    dataAt: readLocal(archive, local, central),
    crc: archive.view.getUint32(at + 16, true),
    isDeflated: method === 8,
    packed,
    size,
  };
  const end = entry.dataAt + packed;
  if (end > directory) throw new DfuMisfit('zip-size', at + 20, `data up to ${directory}`, end);
  if ((flags & FLAG.descriptor) === 0) agree(archive.view, entry);
  return entry;
}

/** Checks the local header against the directory's name, flags and method: readers differ on which one counts. */
function readLocal({ bytes, view }: Archive, at: number, { name, flags, method }: Central): number {
  if (at + LOCAL_LENGTH > bytes.length || view.getUint32(at, true) !== SIGNATURE.local) {
    throw new DfuMisfit('zip-local', at, 'a local file header', 'something else');
  }
  const nameAt = at + LOCAL_LENGTH;
  const length = view.getUint16(at + 26, true);
  const same = length === name.length && name.every((byte, i) => bytes[nameAt + i] === byte);
  if (!same) throw new DfuMisfit('zip-local', nameAt, 'the name of the directory', 'another');
  if (view.getUint16(at + 6, true) !== flags || view.getUint16(at + 8, true) !== method) {
    throw new DfuMisfit('zip-local', at + 6, 'flags and method of the directory', 'others');
  }
  return nameAt + length + view.getUint16(at + 28, true);
}

function agree(view: DataView, { at, crc, packed, size }: ZipEntry): void {
  const said = [14, 18, 22].map((offset) => view.getUint32(at + offset, true));
  if (said[0] !== crc || said[1] !== packed || said[2] !== size) {
    throw new DfuMisfit('zip-local', at + 14, 'CRC and sizes of the directory', said.join(', '));
  }
}

/** Names that differ only in case are one file on some systems. */
function refuseDuplicates(entries: readonly ZipEntry[]): void {
  const seen = new Set<string>();
  for (const { name, at } of entries) {
    const folded = name.normalize('NFC').toLowerCase();
    if (seen.has(folded)) throw new DfuMisfit('zip-duplicate', at, 'each name once', JSON.stringify(name));
    seen.add(folded);
  }
}

/** Files that share data are how a small archive grows without end. */
function refuseOverlaps(entries: readonly ZipEntry[]): void {
  let end = 0;
  for (const { at, dataAt, packed } of entries.toSorted((a, b) => a.at - b.at)) {
    if (at < end) throw new DfuMisfit('zip-overlap', at, `data of its own from ${end}`, at);
    end = dataAt + packed;
  }
}
