import { BUNDLE_FILE, SEAL_FILE } from '#engine/bundle/names.ts';
import { looseNames } from '#engine/bundle/manifest.ts';
import { TAR_BLOCK, type TarEntry } from '#engine/bundle/tar-header.ts';

/** Two blocks of zeros end an archive. */
const END = 2 * TAR_BLOCK;

/** A file of a bundle and where it is; the name is that in the run. */
export interface Placed extends TarEntry {
  /** Offset of its header. */
  readonly header: number;
  readonly data: number;
  /** Offset behind its padding. */
  readonly end: number;
}

export interface Layout {
  readonly placed: readonly Placed[];
  /** Bytes that the archive has. */
  readonly size: number;
}

/** Rounded up to whole blocks. */
export function padded(size: number): number {
  return Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
}

/** Where files stand, one after the other. */
export function layoutOf(entries: readonly TarEntry[]): Layout {
  const placed: Placed[] = [];
  let at = 0;
  for (const { name, size } of entries) {
    const data = at + TAR_BLOCK;
    const end = data + padded(size);
    placed.push({ name, size, header: at, data, end });
    at = end;
  }
  return { placed, size: at + END };
}

/** The order of a bundle: the seal and what a bundle says of it first, then its loose files, then the sealed ones by path. */
export function inBundleOrder(
  loose: ReadonlyMap<string, number>,
  manifest: number,
  sealed: Readonly<Record<string, { readonly size: number }>>,
): readonly TarEntry[] {
  const after = looseNames(loose).filter((name) => name !== SEAL_FILE);
  return [
    { name: SEAL_FILE, size: loose.get(SEAL_FILE) ?? 0 },
    { name: BUNDLE_FILE, size: manifest },
    ...after.map((name) => ({ name, size: loose.get(name) ?? 0 })),
    ...Object.keys(sealed)
      .sort()
      .map((name) => ({ name, size: sealed[name]?.size ?? 0 })),
  ];
}
