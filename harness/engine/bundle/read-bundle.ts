import { resolve } from 'node:path';
import { UsageError } from '#core/errors.ts';
import { isSafeName } from '#core/safe-name.ts';
import { Archive } from '#engine/bundle/archive.ts';
import { sealOf, type FileSeal } from '#engine/bundle/file-seal.ts';
import { inBundleOrder, layoutOf, padded, type Layout, type Placed } from '#engine/bundle/layout.ts';
import { locate } from '#engine/bundle/locate.ts';
import { parseManifest, type BundleManifest } from '#engine/bundle/manifest.ts';
import { firstDifference, type Mismatch } from '#engine/bundle/mismatch.ts';
import { AFTER_SEAL, BUNDLE_FILE, SEAL_FILE } from '#engine/bundle/names.ts';
import { piecesOf, whole, type RunFiles } from '#engine/bundle/run-files.ts';
import { TAR_BLOCK, tarHeader, type TarEntry } from '#engine/bundle/tar-header.ts';
import { parseSeal, type Seal } from '#engine/seal.ts';

/** A bundle that was opened: nothing of it was unpacked, and nothing in it was believed. */
export interface Bundle {
  readonly files: RunFiles;
  /** Offset of each file's content in the bundle. */
  readonly offsets: ReadonlyMap<string, number>;
  /** What is wrong between the files: headers, padding, the end. */
  readonly mismatches: readonly Mismatch[];
}

interface Found {
  readonly run: string;
  readonly layout: Layout;
  /** False where the places come from headers alone, since seal and manifest are both damaged. */
  readonly known: boolean;
}

/** A seal whose one altered byte the manifest gives back: for finding the rest, not for trusting it. */
function mendedSeal(archive: Archive, size: number, kept: FileSeal | undefined): Seal | null {
  const chunks = () => archive.pieces(TAR_BLOCK, TAR_BLOCK + size);
  if (kept === undefined) return null;
  const { from, was } = locate(chunks, kept, sealOf(chunks()));
  const bytes = Uint8Array.from(archive.bytes(TAR_BLOCK, TAR_BLOCK + size));
  if (was === undefined || bytes[from] === undefined) return null;
  bytes[from] = was;
  return parseSeal(Buffer.from(bytes).toString());
}

/** Loose files by their headers, where the manifest cannot be asked. */
function looseByHeaders(archive: Archive, run: string, from: number): ReadonlyMap<string, number> {
  const loose = new Map<string, number>();
  for (let at = from; loose.size < AFTER_SEAL.length;) {
    const entry = archive.header(at);
    const name = entry?.name.slice(run.length + 1) ?? '';
    if (entry === null || !AFTER_SEAL.includes(name)) break;
    loose.set(name, entry.size);
    at += TAR_BLOCK + padded(entry.size);
  }
  return loose;
}

function looseOf(manifest: BundleManifest): ReadonlyMap<string, number> {
  return new Map(Object.entries(manifest.files).map(([name, { size }]) => [name, size]));
}

/** The places of all files as seal and manifest fix them; null where too much of both is damaged. */
function knownLayout(archive: Archive): Found | null {
  const sealSize = archive.lineSize(0);
  const manifestAt = TAR_BLOCK + padded(sealSize);
  const manifestSize = archive.lineSize(manifestAt);
  const manifestData = manifestAt + TAR_BLOCK;
  const manifest = parseManifest(archive.text(manifestData, manifestData + manifestSize));
  const seal =
    parseSeal(archive.text(TAR_BLOCK, TAR_BLOCK + sealSize)) ??
    mendedSeal(archive, sealSize, manifest?.files[SEAL_FILE]);
  if (seal === null) return null;
  const rest = manifestData + padded(manifestSize);
  const loose = manifest === null ? looseByHeaders(archive, seal.run, rest) : looseOf(manifest);
  const sized = new Map([...loose, [SEAL_FILE, sealSize]]);
  return { run: seal.run, layout: layoutOf(inBundleOrder(sized, manifestSize, seal.files)), known: true };
}

/** The places of the files as their headers tell, up to the first that is not whole. */
function layoutByHeaders(archive: Archive): Found {
  const entries: TarEntry[] = [];
  const run = archive.header(0)?.name.split('/', 1)[0] ?? '';
  const seen = new Set<string>();
  for (let at = 0; at < archive.size;) {
    const entry = archive.header(at);
    const name = entry?.name.slice(run.length + 1) ?? '';
    if (entry === null || !entry.name.startsWith(`${run}/`) || seen.has(name)) break;
    seen.add(name);
    entries.push({ name, size: entry.size });
    at += TAR_BLOCK + padded(entry.size);
  }
  return { run, layout: layoutOf(entries), known: false };
}

function frameMismatch(
  archive: Archive,
  at: number,
  expected: Uint8Array,
  file: string,
  what: string,
): Mismatch[] {
  const place = firstDifference(expected, archive.bytes(at, at + expected.length));
  return place === null ? [] : [{ file, at: at + place.from, what }];
}

function checkFrame(archive: Archive, run: string, { name, size, header, data, end }: Placed): Mismatch[] {
  const padding = new Uint8Array(end - data - size);
  const unsafe = isSafeName(`${run}/${name}`)
    ? []
    : [{ file: name, at: header, what: 'has a name that could leave its folder' }];
  return [
    ...unsafe,
    ...frameMismatch(
      archive,
      header,
      tarHeader({ name: `${run}/${name}`, size }),
      name,
      'has an altered tar header',
    ),
    ...frameMismatch(archive, data + size, padding, name, 'is followed by altered padding'),
  ];
}

function checkEnd(archive: Archive, { placed, size }: Layout): Mismatch[] {
  const end = placed.at(-1)?.end ?? 0;
  const file = 'the end of the bundle';
  if (archive.size > size) return [{ file, at: size, what: 'is followed by bytes that do not belong to it' }];
  return frameMismatch(archive, end, new Uint8Array(size - end), file, 'was altered or cut off');
}

function checkFrames(archive: Archive, { run, layout, known }: Found): readonly Mismatch[] {
  if (!known) {
    const at = layout.placed.at(-1)?.end ?? 0;
    return [
      {
        file: SEAL_FILE,
        at: 0,
        what: `and what follows cannot be relied on; read up to byte ${at} by headers alone`,
      },
    ];
  }
  return [...layout.placed.flatMap((entry) => checkFrame(archive, run, entry)), ...checkEnd(archive, layout)];
}

/** A file of a bundle is read where it stands, as far as the bundle goes. */
function filesOf(archive: Archive, { placed }: Layout): RunFiles {
  const there = new Map(
    placed.filter(({ data }) => data <= archive.size).map((entry) => [entry.name, entry]),
  );
  const chunks = (name: string) => {
    const { data, size } = there.get(name) ?? { data: 0, size: 0 };
    return piecesOf(archive.path, data, data + size);
  };
  return {
    path: archive.path,
    names: [...there.keys()].sort(),
    odd: [],
    has: (name) => there.has(name),
    chunks,
    read: (name) => whole(name, chunks(name)),
  };
}

/** Opens a bundle where it lies. Throws UsageError `run-unreadable` for a file that is none. */
export function openBundle(path: string): Bundle {
  const archive = new Archive(resolve(path));
  const found = knownLayout(archive) ?? layoutByHeaders(archive);
  const { layout } = found;
  if (!layout.placed.some(({ name }) => name === SEAL_FILE || name === BUNDLE_FILE)) {
    throw new UsageError({
      code: 'run-unreadable',
      message: `${archive.path} is no bundle that can be read`,
      expected: 'a file that `assay bundle` wrote, not compressed',
      got: `${archive.size} bytes that begin otherwise`,
      remedy: 'give the bundle as it was written, or the folder that it was unpacked to',
    });
  }
  return {
    files: filesOf(archive, layout),
    offsets: new Map(layout.placed.map(({ name, data }) => [name, data])),
    mismatches: checkFrames(archive, found),
  };
}
