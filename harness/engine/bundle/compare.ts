import { sealOf, type FileSeal } from '#engine/bundle/file-seal.ts';
import { locate } from '#engine/bundle/locate.ts';
import { manifestText, parseManifest } from '#engine/bundle/manifest.ts';
import { firstDifference, type Mismatch } from '#engine/bundle/mismatch.ts';
import { AFTER_SEAL, BUNDLE_FILE, SEAL_FILE } from '#engine/bundle/names.ts';
import type { RunFiles } from '#engine/bundle/run-files.ts';
import { HEADER_FILE } from '#engine/run-header.ts';
import { makeSeal, sealedFiles, sealText, type FileSeals, type Seal } from '#engine/seal.ts';

function compareFile(files: RunFiles, file: string, sealed: FileSeal): Mismatch[] {
  if (!files.has(file)) return [{ file, what: 'is missing' }];
  const found = sealOf(files.chunks(file));
  if (found.sha256 === sealed.sha256 && found.size === sealed.size) return [];
  const place = locate(() => files.chunks(file), sealed, found);
  const what =
    found.size === sealed.size ? 'was altered' : `has ${found.size} bytes instead of ${sealed.size}`;
  return [{ file, place, what }];
}

/** Compares every file with the seal, both ways. */
export function compareSealed(files: RunFiles, seals: FileSeals): readonly Mismatch[] {
  const names = [...new Set([...Object.keys(seals), ...files.names])].sort();
  const differing = names.flatMap((file): Mismatch[] => {
    const sealed = Object.hasOwn(seals, file) ? seals[file] : undefined;
    if (sealed !== undefined) return compareFile(files, file, sealed);
    return AFTER_SEAL.includes(file) ? [] : [{ file, what: 'was added after the run was sealed' }];
  });
  return [
    ...differing,
    ...files.odd.map((file) => ({ file, what: 'is no file of its own, but a link or a device' })),
  ];
}

/** Compares what comes after the seal with the manifest of the bundle, where there is one. */
export function compareLoose(files: RunFiles, run: string): readonly Mismatch[] {
  if (!files.has(BUNDLE_FILE)) return [];
  const found = files.read(BUNDLE_FILE);
  const manifest = parseManifest(Buffer.from(found).toString());
  if (manifest !== null) {
    return Object.entries(manifest.files).flatMap(([file, seal]) => compareFile(files, file, seal));
  }
  const place = firstDifference(new TextEncoder().encode(manifestText(run, files)), found);
  return [{ file: BUNDLE_FILE, ...(place === null ? {} : { place }), what: 'was altered' }];
}

/** The seal that the files themselves give, against the one that is there and cannot be read. */
export function compareSeal(files: RunFiles, verdictDigest: string | null, run: string): readonly Mismatch[] {
  if (!files.has(SEAL_FILE)) return [];
  const expected = makeSeal(run, verdictDigest, sealedFiles(files));
  const place = firstDifference(new TextEncoder().encode(sealText(expected)), files.read(SEAL_FILE));
  return [{ file: SEAL_FILE, ...(place === null ? {} : { place }), what: 'was altered' }];
}

/** Whether the seal is of the run whose header is there. */
export function compareRun(seal: Seal, run: string): readonly Mismatch[] {
  return seal.run === run ? [] : [{ file: HEADER_FILE, what: 'names another run than the seal' }];
}
