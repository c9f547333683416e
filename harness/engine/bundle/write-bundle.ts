import { closeSync, openSync, renameSync, rmSync } from 'node:fs';
import { inBundleOrder, layoutOf } from '#engine/bundle/layout.ts';
import { looseNames, manifestText } from '#engine/bundle/manifest.ts';
import { BUNDLE_FILE } from '#engine/bundle/names.ts';
import type { RunFiles } from '#engine/bundle/run-files.ts';
import { tarHeader } from '#engine/bundle/tar-header.ts';
import { onDisk } from '#engine/disk-error.ts';
import { writeAll } from '#engine/run-folder.ts';
import { sealOf } from '#engine/bundle/file-seal.ts';
import type { Seal } from '#engine/seal.ts';

/** Every byte of a bundle, in order: a function of the run's files alone. */
function* bytesOf(files: RunFiles, seal: Seal): Iterable<Uint8Array> {
  const manifest = new TextEncoder().encode(manifestText(seal.run, files));
  const loose = new Map(looseNames(files).map((name) => [name, sealOf(files.chunks(name)).size]));
  const { placed, size } = layoutOf(inBundleOrder(loose, manifest.length, seal.files));
  for (const { name, size: length, data, end } of placed) {
    yield tarHeader({ name: `${seal.run}/${name}`, size: length });
    yield* name === BUNDLE_FILE ? [manifest] : files.chunks(name);
    yield new Uint8Array(end - data - length);
  }
  yield new Uint8Array(size - (placed.at(-1)?.end ?? 0));
}

/**
 * Packs a sealed run into one tar archive, whole or not at all; the same run gives the same bytes. The run must have been
 * verified. Throws BenchError where the disk does not take it, UsageError for names that no tar header can hold.
 */
export function writeBundle(files: RunFiles, seal: Seal, out: string): void {
  const passing = `${out}.tmp`;
  onDisk(out, () => {
    const file = openSync(passing, 'w');
    try {
      for (const bytes of bytesOf(files, seal)) writeAll(file, bytes);
      renameSync(passing, out);
    } finally {
      closeSync(file);
      rmSync(passing, { force: true });
    }
  });
}
