/** What `esptool image-info` prints of an image, in values. */
export interface ImageInfo {
  readonly chipId: number;
  readonly entry: number;
  readonly flash: readonly (string | null)[];
  /** Least, least in the old field, greatest. */
  readonly revisions: readonly (string | number)[];
  /** Length, load address, offset of the segment's header in the file. */
  readonly segments: readonly (readonly number[])[];
  readonly checksum: readonly [number, boolean];
  /** Whether the appended digest is right; null without one. */
  readonly digest: boolean | null;
  readonly app: readonly string[] | null;
  readonly bootloader: readonly string[] | null;
}

/** Reads what the tool printed. Values that are missing show as NaN, null or empty, and so differ from ours. */
export function readInfo(lines: readonly string[]): ImageInfo {
  const find = (pattern: RegExp) => lines.map((line) => pattern.exec(line)).find((match) => match !== null);
  const word = (label: string) => find(new RegExp(`^${label}: (.*)$`))?.[1] ?? '';
  const checksum = find(/^Checksum: (0x\w+) \((valid|invalid)/);
  const digest = find(/^Validation hash: \w+ \((valid|invalid)\)/);
  return {
    chipId: Number(find(/^Chip ID: (\d+)/)?.[1]),
    entry: Number(word('Entry point').trim()),
    flash: [word('Flash mode').toLowerCase(), word('Flash freq'), word('Flash size')],
    revisions: [
      find(/^Minimal chip revision: v([\d.]+)/)?.[1] ?? '',
      Number(find(/legacy min_rev = (\d+)/)?.[1]),
      find(/^Maximal chip revision: v([\d.]+)/)?.[1] ?? '',
    ],
    segments: lines
      .map((line) => /^ +\d+ +(0x\w+) +(0x\w+) +(0x\w+) /.exec(line))
      .filter((match) => match !== null)
      .map((match) => match.slice(1, 4).map(Number)),
    checksum: [Number(checksum?.[1]), checksum?.[2] === 'valid'],
    digest: digest === undefined ? null : digest[1] === 'valid',
    app: lines.includes('Application Information') ? APP.map(word) : null,
    bootloader: lines.includes('Bootloader Information') ? BOOTLOADER.map(word) : null,
  };
}

const APP = [
  'Project name',
  'App version',
  'Compile time',
  'ELF file SHA256',
  'ESP-IDF',
  'Minimal eFuse block revision',
  'Maximal eFuse block revision',
  'MMU page size',
  'Secure version',
];
const BOOTLOADER = ['Bootloader version', 'ESP-IDF', 'Compile time'];
