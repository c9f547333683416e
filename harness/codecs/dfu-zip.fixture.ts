import { concatBytes } from '@noble/hashes/utils.js';
import { crc32 } from '#codecs/crc32.ts';

interface Header {
  readonly name?: string;
  readonly method?: number;
  readonly crc?: number;
  readonly packed?: number;
  readonly size?: number;
}

/** A file of a zip archive, and what its headers say of it: the truth where nothing else is told. */
export interface ZipMember extends Header {
  readonly name: string;
  /** Bytes in the archive, compressed already where `method` says so. */
  readonly content: Uint8Array;
  readonly flags?: number;
  readonly rawName?: Uint8Array;
  /** Offset of the local header in the directory's words. */
  readonly at?: number;
  /** What the local header says otherwise. */
  readonly local?: Header;
}

function fields(...values: readonly (readonly [bytes: 2 | 4, value: number])[]): Uint8Array {
  return concatBytes(
    ...values.map(([bytes, value]) =>
      Uint8Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 0xff),
    ),
  );
}

function nameBytes({ name, rawName }: ZipMember): Uint8Array {
  return rawName ?? new TextEncoder().encode(name);
}

/** Flags to sizes: the part that both headers have. */
function common(member: ZipMember): Uint8Array {
  const {
    content,
    flags = 0,
    method = 0,
    packed = content.length,
    size = packed,
    crc = crc32(content),
  } = member;
  return fields([2, flags], [2, method], [4, 0], [4, crc], [4, packed], [4, size]);
}

/** An archive written by hand, so that its headers can lie. */
export function zipOf(members: readonly ZipMember[]): Uint8Array {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const member of members) {
    const own = nameBytes(member);
    const said = { ...member, ...member.local };
    const localName = member.local?.name === undefined ? own : nameBytes(said);
    const file = concatBytes(
      fields([4, 0x04034b50], [2, 20]),
      common(said),
      fields([2, localName.length], [2, 0]),
      localName,
      member.content,
    );
    directory.push(
      fields([4, 0x02014b50], [2, 20], [2, 20]),
      common(member),
      fields([2, own.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, member.at ?? at]),
      own,
    );
    files.push(file);
    at += file.length;
  }
  const index = concatBytes(...directory);
  const count = members.length;
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, index.length],
    [4, at],
    [2, 0],
  );
  return concatBytes(...files, index, end);
}
