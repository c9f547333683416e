import { encodeMcubootImage } from '#codecs/mcuboot-image.ts';
import { HEADER_FLAG, type McubootHeader } from '#codecs/mcuboot-header.ts';
import type { Forgery } from '#fuzz/forgery.ts';
import { signedWith, soundMcuboot } from '#fuzz/mcuboot-layout.ts';

const OLD_MAGIC = 0x96f3b83c;
const RAM = 0x2000_0000;
const OTHER_SLOT = 0x8_2000;
/** More than any one-time memory can count to. */
const ENDLESS = 0xffff_ffff;

/** Signed by the maker, but for a boot loader with other features, or another address. */
export const mcubootUnsupported: readonly Forgery[] = [
  {
    ...header('old-magic', 'A header of the first format', () => ({ magic: OLD_MAGIC }), {
      changes: 'the header begins with the magic of the first format; signed with the right key',
      temptation: 'only one bit of the magic is another one, and devices in the field once needed both',
      missing: 'mcuboot/old-magic-accepted',
    }),
    hidden: { smp: 'mcumgr lists no image with another magic, so that none can be marked to be booted' },
    intact: ['hash', 'signature', 'trusted-key'],
  },
  header('encrypted', 'An image that says it is encrypted', flag(HEADER_FLAG.encryptedAes128), {
    changes: 'the flag for AES-128 is set in the header; signed with the right key',
    temptation: 'the signature is good; a boot loader that cannot decrypt may not know the flag either',
    missing: 'mcuboot/encrypted-flag-ignored',
    reference: 'MCUBOOT_ENC_IMAGES',
  }),
  header(
    'encrypted-twice',
    'An image with two ciphers',
    flag(HEADER_FLAG.encryptedAes128 | HEADER_FLAG.encryptedAes256),
    {
      changes: 'the flags for AES-128 and AES-256 are set in the header; signed with the right key',
      temptation: 'the flags exclude each other, so that even a boot loader which can decrypt must refuse',
      missing: 'mcuboot/encrypted-flag-ignored',
      reference: 'MCUBOOT_ENC_IMAGES',
    },
  ),
  header('compressed', 'An image that says it is compressed', flag(HEADER_FLAG.lzma2), {
    changes: 'the flag for LZMA2 is set in the header; signed with the right key',
    temptation: 'the signature is good; a boot loader that cannot unpack may not know the flag either',
    missing: 'mcuboot/compressed-flag-ignored',
    reference: 'MCUBOOT_DECOMPRESS_IMAGES',
  }),
  header('non-bootable', 'An image that says it cannot be booted', flag(HEADER_FLAG.nonBootable), {
    changes: 'the flag for a part that cannot run by itself is set in the header; signed with the right key',
    temptation: 'everything about the image is right; it is just no application',
    missing: 'mcuboot/non-bootable-ignored',
  }),
  {
    ...header('counter-endless', 'A security counter that cannot be stored', () => ({}), {
      changes: 'the security counter is the largest number there is; signed with the right key',
      temptation: 'it is higher than any other, and whether it can be stored shows only when it has to be',
      missing: 'mcuboot/counter-limit-unchecked',
      reference: 'MCUBOOT_HW_ROLLBACK_PROT_COUNTER_LIMITED',
    }),
    needs: 'hardwareCounter',
    cwe: 'CWE-1284',
    forge: (_, { build }) => build({ securityCounter: ENDLESS }),
  },
  harmless(
    'ram-load',
    'An image that wants to run from RAM',
    () => ({ loadAddress: RAM, flags: HEADER_FLAG.ramLoad }),
    {
      changes: 'flag and address say that the image is to be copied to RAM; signed with the right key',
      temptation: 'a boot loader that swaps looks at neither, and starts the image where it is, by design',
    },
  ),
  harmless(
    'other-slot',
    'An image for another address',
    () => ({ loadAddress: OTHER_SLOT, flags: HEADER_FLAG.romFixed }),
    {
      changes: 'flag and address say that the image runs in the other slot; signed with the right key',
      temptation:
        'addresses are compared in direct-XIP alone, or with MCUBOOT_CHECK_HEADER_LOAD_ADDRESS; swapping trusts the trial to end it',
    },
  ),
];

type Own = Pick<Forgery, 'changes' | 'temptation'> & Partial<Pick<Forgery, 'reference'>>;
type Lie = (header: McubootHeader) => Partial<McubootHeader>;

function flag(bits: number): Lie {
  return ({ flags }) => ({ flags: flags | bits });
}

function header(id: string, title: string, lie: Lie, own: Own & Pick<Forgery, 'missing'>): Forgery {
  return {
    attack: 'unsupported',
    id,
    title,
    category: 'semantic',
    expect: 'refused',
    guard: 'boot-loader',
    cwe: 'CWE-1287',
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
    ...own,
    forge(base, { keys }) {
      const image = soundMcuboot(base);
      const changed = { ...image, header: { ...image.header, ...lie(image.header) } };
      return encodeMcubootImage(signedWith(changed, keys.signing));
    },
  };
}

function harmless(id: string, title: string, lie: Lie, own: Own): Forgery {
  return { ...header(id, title, lie, { ...own, missing: null }), expect: 'harmless' };
}
