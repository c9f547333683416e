import { projectOf, reissued, signedEsp, withDescriptor } from '#fuzz/esp-layout.ts';
import type { EspHeader } from '#codecs/esp-header.ts';
import type { Forgery, Layer } from '#fuzz/forgery.ts';

/** Chips of the family with other instruction sets, or other peripherals. */
const OTHER_CHIP = { c3: 5, s2: 2 } as const;
/** v99.0 and v0.1: later and earlier than any silicon there is. */
const REVISION = { never: 9900, first: 1 } as const;
/** RAM that no segment of an image here uses. */
const NOWHERE = 0x40090000;
const QIO = 0;
const SIZE_16_MB = 4;

const WHOLE: readonly Layer[] = ['structure', 'checksum', 'hash', 'signature', 'trusted-key'];
const REVISIONS = 'ESP-IDF Chip Revision API guide';

/** Signed by the maker, and for something else; or odd, and for this board all the same. */
export const espProducts: readonly Forgery[] = [
  product('other-project', 'Another project’s image', {
    changes: 'built for another project and signed with the same, right key',
    temptation: 'neither boot loader nor OTA library compares project names; that is left to the application',
    guard: 'application',
    missing: 'esp-idf/project-not-checked',
    forge: (_, { build }) => build({ product: 'assay-other' }),
  }),
  product('longer-project', 'A project whose name begins like ours', {
    changes: 'built for a project whose name is ours and goes on, signed with the right key',
    temptation: 'names that begin alike are alike to whoever compares as many bytes as he has himself',
    guard: 'application',
    missing: 'esp-idf/project-compared-as-prefix',
    cwe: 'CWE-187',
    forge: (base, { build }) => build({ product: `${projectOf(base)}-pro` }),
  }),
  product('odd-version', 'A version that cannot be read', {
    changes: 'an old pre-release whose version has a suffix, signed with the right key',
    temptation: 'a comparison that gives up on the suffix finds nothing that is older',
    guard: 'application',
    missing: 'esp-idf/odd-version-accepted',
    cwe: 'CWE-1286',
    forge: (_, { build }) => build({ version: '0.9.0-rc1' }),
  }),
  product('no-description', 'An image without an application description', {
    changes: 'the magic word of the application description is another one; signed with the right key',
    temptation:
      'version, product and secure version are read from the same places, whatever the magic word says',
    guard: 'application',
    missing: 'esp-idf/descriptor-not-checked',
    cwe: 'CWE-1287',
    forge: (base, { keys }) => signedEsp(withDescriptor(base, { magic: 0x50 }), keys.signing.pem),
  }),
  header(
    'other-chip',
    'Another chip’s image',
    { chipId: OTHER_CHIP.c3 },
    {
      changes: 'the chip id in the header is that of an ESP32-C3; signed with the right key',
      temptation: 'the signature is good, so only a look at the header saves the board from foreign code',
      missing: 'esp-idf/chip-id-not-checked',
    },
  ),
  header(
    'sister-chip',
    'A sister chip’s image',
    { chipId: OTHER_CHIP.s2 },
    {
      changes: 'the chip id in the header is that of an ESP32-S2; signed with the right key',
      temptation: 'instruction set and addresses are nearly the same, so that it even starts',
      missing: 'esp-idf/chip-id-not-checked',
    },
  ),
  header(
    'later-revision',
    'An image for later silicon',
    { minChipRevision: REVISION.never, maxChipRevision: 0xffff },
    {
      changes: 'the least chip revision in the header is later than any there is; signed with the right key',
      temptation: 'the chip is the right one, and the revision field is younger than many a boot loader',
      missing: 'esp-idf/min-revision-not-checked',
      reference: REVISIONS,
    },
  ),
  header(
    'earlier-revision',
    'An image for earlier silicon',
    { minChipRevision: 0, maxChipRevision: REVISION.first },
    {
      changes: 'the greatest chip revision in the header is earlier than this one; signed with the right key',
      temptation: 'a newer chip does what an older one did, or so one thinks',
      missing: 'esp-idf/max-revision-not-checked',
      reference: REVISIONS,
    },
  ),
  header(
    'not-an-image',
    'A file that does not begin as an image',
    { magic: 0xe8 },
    {
      category: 'structural',
      changes:
        'the first byte is another one and everything behind it made to fit, signed with the right key',
      temptation: 'a signature by the right key says that the maker made it, not that it is an image',
      missing: 'esp-idf/magic-not-checked',
      cwe: 'CWE-1287',
      intact: [],
    },
  ),
  header(
    'entry-outside',
    'An entry point outside the image',
    { entry: NOWHERE },
    {
      category: 'structural',
      changes: 'the entry point lies in no segment; signed with the right key',
      temptation: 'no loader looks where it jumps, so only a trial gets the board back to what it had',
      guard: 'trial',
      missing: 'esp-idf/rollback-disabled',
      cwe: 'CWE-823',
    },
  ),
  header(
    'legacy-revision',
    'A least revision where it used to be',
    { minChipRevisionLegacy: 0xff },
    {
      ...accepted(),
      changes:
        'the old field for the least chip revision, a byte, is at its greatest; signed with the right key',
      temptation: 'loaders since v5.1 read the field behind it and ignore this one, by design',
      reference: REVISIONS,
    },
  ),
  header(
    'flash-settings',
    'Settings for another flash chip',
    { spiMode: QIO, spiSize: SIZE_16_MB, spiSpeed: 0xf },
    {
      ...accepted(),
      changes:
        'mode, speed and size of the flash in the header are those of another module; signed with the right key',
      temptation: 'the boot loader goes by its own header and does not look at that of the application',
    },
  ),
  header(
    'no-hash',
    'No appended hash',
    { hashAppended: 0 },
    {
      ...accepted(),
      category: 'structural',
      changes: 'the image has no appended SHA-256, and is signed with the right key',
      temptation: 'with Secure Boot on, the signature covers what no hash does',
      intact: ['structure', 'checksum', 'signature', 'trusted-key'],
    },
  ),
  product('secure-version-out-of-range', 'A secure version that no eFuse can hold', {
    ...accepted(),
    changes: 'the secure version is 2^31 and the eFuse field has 32 bits; signed with the right key',
    temptation:
      'it is not below what is burned, so it runs; burning it is refused, and the eFuses stay as they were',
    cwe: 'CWE-1328',
    forge: (_, { build }) => build({ securityCounter: 0x80000000 }),
  }),
];

type Rest = Pick<Forgery, 'changes' | 'temptation' | 'missing'> & Partial<Forgery>;

function product(id: string, title: string, rest: Rest & Pick<Forgery, 'forge'>): Forgery {
  return {
    attack: 'product',
    id,
    title,
    category: 'semantic',
    expect: 'refused',
    guard: 'boot-loader',
    cwe: 'CWE-345',
    intact: WHOLE,
    ...rest,
  };
}

function header(id: string, title: string, change: Partial<EspHeader>, rest: Rest): Forgery {
  return product(id, title, {
    ...rest,
    forge: (base, { keys }) => reissued(base, change, keys.signing.pem),
  });
}

function accepted(): Pick<Forgery, 'expect' | 'missing'> {
  return { expect: 'harmless', missing: null };
}
