import { asRecord, misfit, quoted, relativePath, textMember } from '#codecs/esp-flasher-json.ts';

/** A file of a build and where it goes. */
export interface FlashFile {
  readonly offset: number;
  /** Relative to the folder of `flasher_args.json`, with `/`; never outside of it. */
  readonly file: string;
  /** `bootloader`, `app`, `partition-table`, `otadata` ...; null when the build gives it no role. */
  readonly role: string | null;
  /** Written through the chip's flash encryption. */
  readonly encrypted: boolean;
}

/** What to flash where (`flasher_args.json` of an ESP-IDF build). */
export interface FlashLayout {
  /** As the vendor's tools call it: `esp32c3`. */
  readonly chip: string;
  /** As the image header should say; null where the build leaves it out. */
  readonly mode: string | null;
  readonly frequency: string | null;
  readonly size: string | null;
  /** How to reset before and after, in esptool 5's spelling: `default-reset`. */
  readonly before: string | null;
  readonly after: string | null;
  readonly stub: boolean;
  /** By offset, each offset once. */
  readonly files: readonly FlashFile[];
}

/** Real files have about 1 KiB. */
const MAX_BYTES = 0x10000;
const MAX_FILES = 64;
const OFFSET = /^0x[0-9a-f]{1,8}$/i;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads `flasher_args.json`, of esptool 4 (underscores) or 5 (hyphens). UsageError for anything else, however hostile. */
export function parseFlasherArgs(bytes: Uint8Array): FlashLayout {
  const root = asRecord(parseJson(bytes), 'flasher_args.json');
  const settings = asRecord(root.get('flash-settings') ?? {}, 'flash-settings');
  const extra = asRecord(root.get('extra-esptool-args') ?? {}, 'extra-esptool-args');
  const chip = textMember(extra, 'chip');
  if (chip === null) throw misfit('the chip is missing', 'extra_esptool_args.chip', 'nothing');
  return {
    chip,
    mode: textMember(settings, 'flash-mode'),
    frequency: textMember(settings, 'flash-freq'),
    size: textMember(settings, 'flash-size'),
    before: textMember(extra, 'before'),
    after: textMember(extra, 'after'),
    stub: extra.get('stub') === true,
    files: filesOf(root),
  };
}

function filesOf(root: ReadonlyMap<string, unknown>): readonly FlashFile[] {
  const entries = [...asRecord(root.get('flash-files') ?? {}, 'flash-files', 'as-written')];
  if (entries.length === 0 || entries.length > MAX_FILES) {
    throw misfit('the list of files', `1 to ${MAX_FILES} files`, `${entries.length} files`);
  }
  const roles = rolesOf(root);
  const files = entries.map(([key, value]) => {
    const offset = offsetOf(key);
    const file = relativePath(value);
    return { offset, file, role: null, encrypted: false, ...roles.get(`${offset} ${file}`) };
  });
  if (new Set(files.map(({ offset }) => offset)).size !== files.length) {
    throw misfit(
      'two files for one offset',
      'each offset once',
      quoted(entries.map(([key]) => key).join(' ')),
    );
  }
  return files.sort((left, right) => left.offset - right.offset);
}

/** Objects named for their role; some name files that this build does not flash (a signed boot loader), so they prove nothing. */
function rolesOf(
  root: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, Pick<FlashFile, 'role' | 'encrypted'>> {
  const roles = new Map<string, Pick<FlashFile, 'role' | 'encrypted'>>();
  for (const [role, value] of root) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    const { offset, file, encrypted } = value as Readonly<Record<string, unknown>>;
    if (typeof offset !== 'string' || !OFFSET.test(offset) || typeof file !== 'string') continue;
    roles.set(`${offsetOf(offset)} ${file}`, { role, encrypted: encrypted === 'true' || encrypted === true });
  }
  return roles;
}

function offsetOf(text: string): number {
  if (OFFSET.test(text)) return Number(text);
  throw misfit('an offset', 'hexadecimal, at most 0xffffffff', quoted(text));
}

function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_BYTES)
    throw misfit('its length', `at most ${MAX_BYTES} bytes`, `${bytes.length} bytes`);
  try {
    return JSON.parse(UTF8.decode(bytes));
  } catch {
    throw misfit('not JSON', 'JSON in UTF-8', 'something else');
  }
}
