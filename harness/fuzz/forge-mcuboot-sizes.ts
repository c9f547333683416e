import { encodeMcubootImage, type ImageLies, type McubootImage } from '#codecs/mcuboot-image.ts';
import { TLV, TLV_HEADER, tlvAreaSize } from '#codecs/mcuboot-tlv.ts';
import type { McubootHeader } from '#codecs/mcuboot-header.ts';
import type { Forgery, Layer } from '#fuzz/forgery.ts';
import { NO_IDENTITY } from '#fuzz/mcuboot-hidden.ts';
import {
  signatureOf,
  signedWith,
  soundMcuboot,
  withSignatures,
  withUnprotected,
} from '#fuzz/mcuboot-layout.ts';

const U16_MAX = 0xffff;
const U32_MAX = 0xffff_ffff;
/** Longer than any buffer a boot loader keeps for a key hash. */
const LONG_KEY_HASH = 300;
/** Fewer than the header of an entry has. */
const ODD_BYTES = 2;
/** What a swap using move needs besides the image: a sector for the journal and a spare one. */
const SWAP_RESERVE = 0x2000;
/** Bytes too many. */
const EXCESS = 16;
const OTHER_MAGIC = 0x6900;
const ENTRIES: readonly Layer[] = ['hash', 'signature', 'trusted-key'];

/** Images whose lengths do not tell the truth. */
export const mcubootSizes: readonly Forgery[] = [
  {
    ...headerLie('image-size-huge', 'the payload is said to have 4 GiB - 1 bytes', { imageSize: U32_MAX }),
    temptation: 'the hash runs over as many bytes before anything is compared, past the end of the flash',
    missing: 'mcuboot/image-size-trusted',
    cwe: 'CWE-125',
  },
  headerLie('header-size-zero', 'the header is said to have no bytes, so the payload begins with it', {
    headerSize: 0,
  }),
  headerLie('header-size-huge', 'the header is said to have 65535 bytes', { headerSize: U16_MAX }),
  {
    ...sizeLie(
      'protected-total-short',
      'the protected area says of itself that it has four bytes; signed so',
    ),
    temptation: 'the image header says how long the area is, so nobody needs the area’s own word for it',
    missing: 'mcuboot/protected-size-unchecked',
    hidden: NO_IDENTITY,
    intact: ['hash', 'signature', 'trusted-key'],
    forge(base, { keys }) {
      const lies: ImageLies = { protectedArea: { total: TLV_HEADER } };
      return encodeMcubootImage(signedWith(soundMcuboot(base), keys.signing, lies), lies);
    },
  },
  {
    ...areaLie('tlv-magic-wrong', 'the unprotected area begins with another magic', { magic: OTHER_MAGIC }),
    temptation: 'where the areas begin follows from the sizes, so the magic looks like decoration',
    missing: 'mcuboot/tlv-magic-unchecked',
    hidden: NO_IDENTITY,
    cwe: 'CWE-1288',
  },
  {
    ...areaLie('tlv-total-zero', 'the unprotected area is said to have no bytes, not even its own header', {
      total: 0,
    }),
    missing: 'mcuboot/no-tlvs-no-checks',
    hidden: NO_IDENTITY,
    cwe: 'CWE-636',
  },
  areaLie('tlv-total-huge', 'the unprotected area is said to have 65535 bytes', { total: U16_MAX }),
  {
    ...sizeLie('tlv-total-odd', 'the unprotected area is said to have two bytes more, too few for an entry'),
    temptation: 'a walk that stops when no further entry fits never notices that bytes are left',
    missing: 'mcuboot/tlv-remainder-ignored',
    cwe: 'CWE-1288',
    intact: ENTRIES,
    forge(base) {
      const image = soundMcuboot(base);
      const total = tlvAreaSize(image.unprotectedTlvs) + ODD_BYTES;
      const rest = new Uint8Array(ODD_BYTES);
      return encodeMcubootImage({ ...image, rest }, { unprotectedArea: { total } });
    },
  },
  {
    ...sizeLie('tlv-past-end', 'the signature entry is said to have 65535 bytes'),
    temptation: 'a parser that advances by the length it reads leaves the area, and the flash',
    intact: ['hash', 'trusted-key'],
    forge(base) {
      const image = soundMcuboot(base);
      const entry = { ...signatureOf(image), length: U16_MAX };
      return encodeMcubootImage(withSignatures(image, [entry]));
    },
  },
  {
    ...sizeLie('key-hash-long', `the key hash has ${LONG_KEY_HASH} bytes`),
    temptation:
      'a boot loader that copies the entry by its length into a buffer for 32 bytes overwrites its stack',
    cwe: 'CWE-787',
    intact: ['structure', 'hash'],
    forge(base) {
      const entry = { type: TLV.keyHash, value: new Uint8Array(LONG_KEY_HASH).fill(0x41) };
      return encodeMcubootImage(withUnprotected(soundMcuboot(base), TLV.keyHash, [entry]));
    },
  },
  {
    ...sizeLie('trailing-bytes', '64 bytes that nobody signed are appended behind the last TLV'),
    title: 'Bytes behind the image',
    category: 'payload',
    temptation:
      'the boot loader swaps whole sectors, so that the bytes travel into the running slot; they are never read',
    expect: 'harmless',
    missing: null,
    cwe: 'CWE-345',
    reference: 'mcu-tools/mcuboot issue 1894',
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
    forge: (base) => Buffer.concat([base, new Uint8Array(64).fill(0x5a)]),
  },
  {
    ...sizeLie('unaligned', 'the payload has a length that is no multiple of the flash’s word; signed so'),
    title: 'A length that fits no alignment',
    temptation: 'hash and copy work in words or blocks, and the last one is not whole; bootutil handles it',
    expect: 'harmless',
    missing: null,
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
    forge: (base, { build }) => build({ payloadSize: soundMcuboot(base).payload.length + 1 }),
  },
  {
    attack: 'oversized',
    id: 'no-room-to-swap',
    title: 'Signed, but too large to be swapped',
    category: 'structural',
    changes: 'a sound, signed image that ends in the flash which the boot loader needs for its journal',
    temptation: 'the image fits the slot, so a limit that forgets the journal lets the swap run over it',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/size-not-checked',
    cwe: 'CWE-1284',
    reference: 'apache/mynewt-mcumgr issue 157',
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
    large: true,
    forge(base, { build, areaSize, room = areaSize - SWAP_RESERVE }) {
      const overhead = base.length - soundMcuboot(base).payload.length;
      return build({ payloadSize: room + EXCESS - overhead });
    },
  },
];

type Lie = Omit<Forgery, 'forge'>;

function sizeLie(id: string, changes: string): Lie {
  return {
    attack: 'size-lies',
    id,
    title: `A length that lies: ${id.replaceAll('-', ' ')}`,
    category: 'structural',
    changes,
    temptation: 'sizes are read before anything is verified, and added up to addresses',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'mcuboot/tlv-length-trusted',
    cwe: 'CWE-1284',
    intact: [],
  };
}

function headerLie(id: string, changes: string, lie: Partial<McubootHeader>): Forgery {
  return {
    ...sizeLie(id, changes),
    temptation:
      'where the header says the entries are there is nothing, and nothing found is nothing to check',
    missing: 'mcuboot/no-tlvs-no-checks',
    hidden: NO_IDENTITY,
    intact: ['trusted-key'],
    forge(base) {
      const image: McubootImage = soundMcuboot(base);
      return encodeMcubootImage({ ...image, header: { ...image.header, ...lie } });
    },
  };
}

function areaLie(id: string, changes: string, lie: ImageLies['unprotectedArea'] & object): Forgery {
  return {
    ...sizeLie(id, changes),
    temptation:
      'the area’s header is outside the signature, and a walk that believes it starts or ends anywhere',
    intact: ['hash', 'signature', 'trusted-key'],
    forge: (base) => encodeMcubootImage(soundMcuboot(base), { unprotectedArea: lie }),
  };
}
