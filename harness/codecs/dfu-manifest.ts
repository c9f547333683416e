import { PeerError } from '#core/errors.ts';
import { type DfuDefect, DfuMisfit, orDefect } from '#codecs/dfu-defect.ts';
import { isSafeName } from '#core/safe-name.ts';
import { type JsonTree, parseJsonTree, type TreeValue } from '#codecs/flat-json.ts';

/** What an image of a package is for; the order is that of installing. */
export const DFU_KINDS = ['softdevice_bootloader', 'softdevice', 'bootloader', 'application'] as const;

/** Key of an image in the manifest. */
export type DfuKind = (typeof DFU_KINDS)[number];

/** An image's entry in `manifest.json`. */
export interface ManifestEntry {
  readonly kind: DfuKind;
  readonly binFile: string;
  readonly datFile: string;
  /** `info_read_only_metadata` of a combined image: where its two parts meet. Nothing but the tools reads it. */
  readonly sizes?: { readonly blSize: number; readonly sdSize: number };
}

/** `manifest.json` of a package. */
export interface DfuManifest {
  /** In the order of installing. */
  readonly entries: readonly ManifestEntry[];
  /** `dfu_version` of some tools. */
  readonly dfuVersion?: number;
}

/** Longest manifest that is read. */
const LENGTH_LIMIT = 16_384;
/** Objects within each other: file, manifest, entry, metadata. */
const DEPTH = 4;

/** Reads a manifest; every member is known, every file name safe. Never throws. */
export function parseManifest(bytes: Uint8Array): DfuManifest | DfuDefect {
  return orDefect(() => {
    const file = members(readJson(bytes), ['manifest'], 'the file');
    const manifest = tree(file.get('manifest'), 'manifest');
    members(manifest, [...DFU_KINDS, 'dfu_version'], 'manifest');
    const entries = DFU_KINDS.flatMap((kind) => {
      const entry = manifest.get(kind);
      return entry === undefined ? [] : [readEntry(kind, tree(entry, kind))];
    });
    if (entries.length === 0) throw misfit('member', DFU_KINDS.join(', '), 'no image');
    const version = manifest.get('dfu_version');
    if (version === undefined) return { entries };
    if (typeof version !== 'number') throw misfit('value', 'a number as dfu_version', typeof version);
    return { entries, dfuVersion: version };
  });
}

/** The manifest as nrfutil writes it: members sorted, four blanks a level, ASCII only. */
export function encodeManifest({ entries, dfuVersion }: DfuManifest): Uint8Array {
  const images = entries.map(({ kind, binFile, datFile, sizes }) => {
    const metadata = sizes && { bl_size: sizes.blSize, sd_size: sizes.sdSize };
    return [kind, { bin_file: binFile, dat_file: datFile, info_read_only_metadata: metadata }] as const;
  });
  const sorted = images.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const [before, after] = [
    sorted.filter(([kind]) => kind < 'dfu_version'),
    sorted.filter(([kind]) => kind > 'dfu_version'),
  ];
  const manifest = { ...Object.fromEntries(before), dfu_version: dfuVersion, ...Object.fromEntries(after) };
  const text = JSON.stringify({ manifest }, null, 4);
  const escaped = text.replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new TextEncoder().encode(escaped);
}

function readEntry(kind: DfuKind, entry: JsonTree): ManifestEntry {
  if (entry.has('init_packet_data')) {
    throw misfit('legacy', 'a package of Secure DFU (SDK 12 or later)', 'init_packet_data of the legacy DFU');
  }
  members(entry, ['bin_file', 'dat_file', 'info_read_only_metadata'], kind);
  const files = { binFile: fileName(entry.get('bin_file')), datFile: fileName(entry.get('dat_file')) };
  const metadata = entry.get('info_read_only_metadata');
  if (metadata === undefined) return { kind, ...files };
  const sizes = members(
    tree(metadata, 'info_read_only_metadata'),
    ['bl_size', 'sd_size'],
    'info_read_only_metadata',
  );
  return {
    kind,
    ...files,
    sizes: { blSize: size(sizes.get('bl_size')), sdSize: size(sizes.get('sd_size')) },
  };
}

function readJson(bytes: Uint8Array): JsonTree {
  try {
    return parseJsonTree(bytes, LENGTH_LIMIT, DEPTH);
  } catch (error) {
    if (error instanceof PeerError)
      throw misfit('json', error.expected ?? 'JSON', error.got ?? error.message);
    throw error;
  }
}

function members(object: JsonTree, known: readonly string[], where: string): JsonTree {
  const stranger = [...object.keys()].find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw misfit('member', `${known.join(', ')} in ${where}`, JSON.stringify(stranger));
  return object;
}

function tree(value: TreeValue | undefined, where: string): JsonTree {
  if (value instanceof Map) return value as JsonTree;
  throw misfit('value', `an object as ${where}`, value === undefined ? 'nothing' : JSON.stringify(value));
}

function fileName(value: TreeValue | undefined): string {
  if (typeof value === 'string' && isSafeName(value)) return value;
  throw misfit('name', 'the name of a file in the package', JSON.stringify(value) ?? 'nothing');
}

function size(value: TreeValue | undefined): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff) return value;
  throw misfit('value', 'a size within 32 bits', JSON.stringify(value) ?? 'nothing');
}

function misfit(what: string, expected: string, got: string): DfuMisfit {
  return new DfuMisfit(`manifest-${what}`, 0, expected, got);
}
