import { signEspImageV1 } from '#codecs/esp-secure-boot-v1.ts';
import { SIGNATURE_ECDSA, SIGNATURE_SECTOR_LENGTH } from '#codecs/esp-signature-block.ts';
import { bodyOf, withBlock } from '#fuzz/esp-layout.ts';
import { STRANGER_EC } from '#fuzz/forge-esp-stranger.ts';
import type { Forgery, Layer } from '#fuzz/forgery.ts';

const CONTENT: readonly Layer[] = ['structure', 'checksum', 'hash'];
const KEPT: readonly Layer[] = [...CONTENT, 'trusted-key'];

/** Images whose signature is not there, or not where and as it has to be. */
export const espUnsigned: readonly Forgery[] = [
  unsigned('no-sector', 'No signature at all', {
    changes: 'the signature sector is cut off; checksum and hash are right',
    temptation: 'a loader without Secure Boot, or one that takes no signature for nothing to check, runs it',
    hidden: { https: 'the sector that is not written still holds the signature of the release before' },
    forge: bodyOf,
  }),
  unsigned('blank-sector', 'An empty signature sector', {
    changes: 'the signature sector is there but erased',
    temptation: 'a length check alone is satisfied',
    forge: (base) => withSector(base, 0xff),
  }),
  unsigned('zero-sector', 'A signature sector of zeros', {
    changes: 'the signature sector is there and all zero',
    temptation:
      'a fresh buffer was signed instead of the image, and a zero checksum fits zeros in many a format',
    forge: (base) => withSector(base, 0),
  }),
  unsigned('v1-signature', 'A signature of Secure Boot V1', {
    changes: 'an ECDSA signature of the older scheme is appended instead of the signature sector',
    temptation: 'a loader that knows both schemes might take the one for the other, or none for fine',
    reference: 'ESP-IDF Secure Boot v1 guide',
    forge: (base) => {
      const signed = signEspImageV1(bodyOf(base), STRANGER_EC);
      const whole = new Uint8Array(bodyOf(base).length + SIGNATURE_SECTOR_LENGTH).fill(0xff);
      whole.set(signed);
      return whole;
    },
  }),
  unsigned('block-without-magic', 'A signature block without its magic byte', {
    changes: 'the magic byte of the signature block is another one and its CRC made to fit',
    temptation: 'everything else in the block is right, and only the magic byte says that it is one',
    missing: 'esp-idf/block-magic-not-checked',
    cwe: 'CWE-1287',
    intact: KEPT,
    forge: (base) => withBlock(base, (block) => ({ ...block, magic: block.magic ^ 1 })),
  }),
  unsigned('block-of-other-scheme', 'A signature block that says it is of another scheme', {
    changes: 'the version of the signature block is that of ECDSA and its CRC made to fit; inside it is RSA',
    temptation: 'a chip that knows one scheme only has no reason to look at the version',
    missing: 'esp-idf/block-version-not-checked',
    cwe: 'CWE-1287',
    forge: (base) => withBlock(base, (block) => ({ ...block, version: SIGNATURE_ECDSA })),
  }),
];

type Rest = Pick<Forgery, 'changes' | 'temptation' | 'forge'> & Partial<Forgery>;

function unsigned(id: string, title: string, rest: Rest): Forgery {
  return {
    attack: 'unsigned',
    id,
    title,
    category: 'cryptographic',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'esp-idf/missing-signature-accepted',
    cwe: 'CWE-347',
    intact: CONTENT,
    ...rest,
  };
}

function withSector(base: Uint8Array, fill: number): Uint8Array {
  return Buffer.concat([bodyOf(base), new Uint8Array(SIGNATURE_SECTOR_LENGTH).fill(fill)]);
}
