import { encodeMcubootImage, type McubootImage } from '#codecs/mcuboot-image.ts';
import { TLV, TLV_HEADER } from '#codecs/mcuboot-tlv.ts';
import { HEADER_LENGTH, type McubootHeader } from '#codecs/mcuboot-header.ts';
import type { Forgery } from '#fuzz/forgery.ts';
import { offsetsOf, soundMcuboot, valueOffset } from '#fuzz/mcuboot-layout.ts';

const U16_MAX = 0xffff;
const U32_MAX = 0xffff_ffff;
/** Longer than any buffer a boot loader keeps for a key hash. */
const LONG_KEY_HASH = 300;
/** Sectors that swap-move needs besides the image: the journal and the spare one. */
const SWAP_RESERVE = 0x1800;

/** Images cut short, and images whose lengths do not tell the truth. */
export const mcubootSizeForgeries: readonly Forgery[] = [
  truncated('header-only', 'the 32 bytes of the header are all there is', () => HEADER_LENGTH),
  truncated('mid-payload', 'the file ends in the middle of the payload', (image) => {
    const { payload, payloadEnd } = offsetsOf(image);
    return payload + ((payloadEnd - payload) >> 1);
  }),
  truncated(
    'before-tlvs',
    'the file ends with the payload: no hash, no signature',
    (image) => offsetsOf(image).payloadEnd,
  ),
  truncated(
    'mid-tlv-header',
    'the file ends inside the header of the unprotected area',
    (image) => offsetsOf(image).unprotected + 2,
  ),
  truncated(
    'mid-signature',
    'the file ends inside the signature',
    (image) => valueOffset(image, TLV.ecdsaSignature) + 10,
  ),
  headerLie('image-size-huge', 'the payload is said to have 4 GiB - 1 bytes', { imageSize: U32_MAX }),
  headerLie('header-size-zero', 'the header is said to have no bytes, so the payload begins with it', {
    headerSize: 0,
  }),
  headerLie('header-size-huge', 'the header is said to have 65535 bytes', { headerSize: U16_MAX }),
  headerLie('protected-size-short', 'the protected area is said to have four bytes', {
    protectedSize: TLV_HEADER,
  }),
  {
    ...areaLie('tlv-total-zero', 'the unprotected area is said to have no bytes, not even its own header', 0),
    missing: null,
  },
  areaLie('tlv-total-huge', 'the unprotected area is said to have 65535 bytes', U16_MAX),
  {
    ...sizeLie('tlv-past-end', 'the signature entry is said to have 65535 bytes', (image) => ({
      ...image,
      unprotectedTlvs: image.unprotectedTlvs.map((tlv) =>
        tlv.type === TLV.ecdsaSignature ? { ...tlv, length: U16_MAX } : tlv,
      ),
    })),
    temptation: 'a parser that advances by the length it reads leaves the area, and the flash',
  },
  {
    ...sizeLie('key-hash-long', `the key hash has ${LONG_KEY_HASH} bytes`, (image) => ({
      ...image,
      unprotectedTlvs: image.unprotectedTlvs.map((tlv) =>
        tlv.type === TLV.keyHash ? { ...tlv, value: new Uint8Array(LONG_KEY_HASH).fill(0x41) } : tlv,
      ),
    })),
    temptation:
      'a boot loader that copies the entry by its length into a buffer for 32 bytes overwrites its stack',
    cwe: 'CWE-787',
    intact: ['structure', 'hash'],
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
    forge(base, { build, areaSize }) {
      const overhead = base.length - soundMcuboot(base).payload.length;
      return build({ payloadSize: areaSize - SWAP_RESERVE - overhead });
    },
  },
];

function truncated(id: string, changes: string, end: (image: McubootImage) => number): Forgery {
  return {
    attack: 'truncated',
    id,
    title: `Cut short: ${id.replaceAll('-', ' ')}`,
    category: 'payload',
    changes,
    temptation: 'a transfer that broke off leaves exactly this in the slot',
    expect: 'refused',
    guard: 'boot-loader',
    missing: null,
    cwe: 'CWE-354',
    intact: [],
    forge: (base) => base.slice(0, end(soundMcuboot(base))),
  };
}

function sizeLie(id: string, changes: string, lie: (image: McubootImage) => McubootImage): Forgery {
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
    forge: (base) => encodeMcubootImage(lie(soundMcuboot(base))),
  };
}

function headerLie(id: string, changes: string, lie: Partial<McubootHeader>): Forgery {
  return {
    ...sizeLie(id, changes, (image) => ({ ...image, header: { ...image.header, ...lie } })),
    missing: null,
  };
}

function areaLie(id: string, changes: string, total: number): Forgery {
  return {
    ...sizeLie(id, changes, (image) => image),
    temptation:
      'the area’s header is outside the signature, and a walk that believes it starts or ends anywhere',
    forge: (base) => encodeMcubootImage(soundMcuboot(base), { unprotectedArea: { total } }),
  };
}
