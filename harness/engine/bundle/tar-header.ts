import { UsageError } from '#core/errors.ts';

/** Everything in a tar archive is in blocks of so many bytes (POSIX.1-2024, pax, ustar interchange format). */
export const TAR_BLOCK = 512;
/** Largest size that eleven octal digits can say. */
const LARGEST = 0o77777777777;
const NAME = { at: 0, length: 100 } as const;
const SIZE = { at: 124, length: 12 } as const;
const SUM = { at: 148, length: 8 } as const;
const PREFIX = { at: 345, length: 155 } as const;

const UTF8 = new TextEncoder();

/** A file of an archive. */
export interface TarEntry {
  readonly name: string;
  readonly size: number;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function cannotBe(name: string, what: string): UsageError {
  return new UsageError({
    code: 'bundle-name',
    message: `${JSON.stringify(name)} cannot be in a bundle`,
    expected: 'at most 100 bytes after the last slash that leaves at most 155 before it, and at most 8 GiB',
    got: what,
    remedy: 'choose shorter ids for boards and scenarios',
  });
}

/** Splits a path so that the name fits its field and the folders above fit theirs. */
function split(path: string): readonly [prefix: string, name: string] {
  const fits = (text: string, most: number) => UTF8.encode(text).length <= most;
  if (fits(path, NAME.length)) return ['', path];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const parts = [path.slice(0, at), path.slice(at + 1)] as const;
    if (fits(parts[0], PREFIX.length) && fits(parts[1], NAME.length)) return parts;
  }
  throw cannotBe(path, 'a longer name');
}

/**
 * The one header that we write for a file: a regular file of nobody, from 1970, readable by all. Throws UsageError
 * `bundle-name` for what such a header cannot say.
 */
export function tarHeader({ name: path, size }: TarEntry): Uint8Array {
  if (size > LARGEST) throw cannotBe(path, `${size} bytes`);
  const [prefix, name] = split(path);
  const header = new Uint8Array(TAR_BLOCK);
  const put = (at: number, text: string) => header.set(UTF8.encode(text), at);
  put(NAME.at, name);
  put(100, '0000644\u00000000000\u00000000000\u0000');
  put(SIZE.at, `${octal(size, 11)}\u0000${octal(0, 11)}\u0000`);
  put(SUM.at, ' '.repeat(SUM.length));
  put(156, '0');
  put(257, 'ustar\u000000');
  put(329, '0000000\u00000000000\u0000');
  put(PREFIX.at, prefix);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(SUM.at, `${octal(sum, 6)}\u0000 `);
  return header;
}

function textAt(
  header: Uint8Array,
  { at, length }: { readonly at: number; readonly length: number },
): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}

/** The file that a header tells of; null where it is not byte for byte the header that we write for it. */
export function readTarHeader(header: Uint8Array): TarEntry | null {
  const size = textAt(header, SIZE);
  if (header.length !== TAR_BLOCK || !/^[0-7]{11}$/.test(size)) return null;
  const [prefix, name] = [textAt(header, PREFIX), textAt(header, NAME)];
  const entry = { name: prefix === '' ? name : `${prefix}/${name}`, size: Number.parseInt(size, 8) };
  try {
    return Buffer.compare(tarHeader(entry), header) === 0 ? entry : null;
  } catch {
    return null;
  }
}
