import { appendBlocks, signDigest, sha256Of } from '#codecs/esp-secure-boot.ts';
import { encodeEspImage, sealEspImage } from '#codecs/esp-image.ts';
import {
  blockOf,
  bodyOf,
  espOffsets,
  resealed,
  soundEsp,
  withBlock,
  withDescriptor,
} from '#fuzz/esp-layout.ts';
import { STAGED_ONLY } from '#fuzz/forge-esp-paths.ts';
import { flipBit, type Forgery, type Layer } from '#fuzz/forgery.ts';
import { rng } from '#fuzz/rng.ts';

/** Behind application description and test manifest. */
const IN_CODE = 0x400;
/** Where flash encryption with another key makes noise of the file: behind what the loader reads first. */
const ENCRYPTED_FROM = 0x1000;
const SECURE_VERSION_LIMIT = 32;

const KEPT: readonly Layer[] = ['structure', 'checksum', 'hash', 'trusted-key'];

/** Changed content under a genuine block: whatever needs no key is repaired. */
export const espTampered: readonly Forgery[] = [
  tampered('resealed', 'Payload changed, checksum and hash made to fit', {
    category: 'payload',
    changes:
      'a byte of segment data is changed, checksum and appended hash recomputed; the signature is the old one',
    temptation:
      'a loader that verifies the signature over the digest in the block, not over the image, runs it',
    intact: KEPT,
    forge: (base) => resealed(base, soundEsp(changedCode(base))),
  }),
  tampered('checksum-repaired', 'Payload changed, checksum made to fit', {
    category: 'payload',
    changes:
      'a byte of segment data is changed and the checksum recomputed, the appended hash is the old one',
    temptation: 'with Secure Boot on nothing compares the appended hash',
    intact: ['structure', 'checksum', 'trusted-key'],
    forge(base) {
      const { checksum } = espOffsets(base);
      const image = changedCode(base);
      image[checksum] = (image[checksum] ?? 0) ^ 1;
      return image;
    },
  }),
  tampered('secure-version-raised', 'A higher secure version written into the description', {
    category: 'semantic',
    changes: 'the secure version is raised to the limit of the eFuses, checksum and hash recomputed',
    temptation: 'anti-rollback reads the description before the image it belongs to is verified',
    cwe: 'CWE-1328',
    intact: KEPT,
    forge: (base) => resealed(base, withDescriptor(base, { secureVersion: SECURE_VERSION_LIMIT })),
  }),
  tampered('half-encrypted', 'A slot whose greater part reads as noise', {
    category: 'payload',
    changes:
      'segment data behind the first sector is replaced by noise, as flash encryption with another key shows it',
    temptation:
      'headers and description are readable and right, and nothing else is looked at by a fast boot',
    missing: 'esp-idf/validation-skipped',
    hidden: STAGED_ONLY,
    cwe: 'CWE-354',
    intact: ['structure', 'trusted-key'],
    forge(base) {
      const image = Uint8Array.from(base);
      const noise = rng(0, 'half-encrypted').bytes(espOffsets(base).secondSegment - ENCRYPTED_FROM);
      image.set(noise, ENCRYPTED_FROM);
      return image;
    },
  }),
  tampered('borrowed-block', 'The signature block of another release', {
    category: 'cryptographic',
    changes: 'the signature block is a genuine one, of another release of the same maker',
    temptation: 'magic, checksum, key and signature of the block are all right; only the digest is another',
    intact: KEPT,
    forge: (base, { build }) => appendBlocks(bodyOf(base), [blockOf(build({ version: '1.4.1' }))]),
  }),
  tampered('other-digest', 'A block that names another digest than it signs', {
    category: 'cryptographic',
    changes:
      'the digest in the signature block is another one and its CRC made to fit; the signature is that of the image',
    temptation: 'mbedTLS in the application verifies the signature and never looks at the digest beside it',
    missing: 'esp-idf/block-digest-not-compared',
    intact: KEPT,
    forge: (base) => withBlock(base, (block) => ({ ...block, digest: sha256Of(block.digest) })),
  }),
  tampered('unpadded-signed', 'Signed without its padding', {
    category: 'cryptographic',
    changes:
      'the image ends inside a sector, and what is signed is the image without the padding to the next one',
    temptation: 'whoever follows the appended hash signs and verifies up to the end of the image',
    missing: 'esp-idf/padding-not-hashed',
    reference: 'ESP-IDF Secure Boot v2 guide, signature block format',
    intact: KEPT,
    forge(base, { keys }) {
      const { header, segments } = soundEsp(base);
      const shorter = { ...header, segmentCount: segments.length - 1 };
      const image = encodeEspImage(sealEspImage({ header: shorter, segments: segments.slice(0, -1) }));
      return appendBlocks(image, [signDigest(sha256Of(image), keys.signing.pem)]);
    },
  }),
  tampered('checksum-resigned', 'A wrong checksum under a good signature', {
    category: 'structural',
    changes: 'a bit of the checksum is flipped, appended hash and signature are made over it',
    temptation: 'the signature covers everything, so a loader may think the checksum superfluous',
    missing: 'esp-idf/checksum-not-checked',
    cwe: 'CWE-354',
    intact: ['structure', 'hash', 'signature', 'trusted-key'],
    forge(base, { keys }) {
      const { checksum, digest } = espOffsets(base);
      const image = flipBit(bodyOf(base), checksum);
      image.set(sha256Of(image.subarray(0, digest)), digest);
      return appendBlocks(image, [signDigest(sha256Of(image), keys.signing.pem)]);
    },
  }),
  tampered('hash-resigned', 'A wrong hash under a good signature', {
    category: 'structural',
    changes: 'a bit of the appended hash is flipped and the image signed again with the right key',
    temptation:
      'with Secure Boot on, the signature alone decides; the appended hash is part of what is signed',
    expect: 'harmless',
    missing: null,
    cwe: 'CWE-354',
    intact: ['structure', 'checksum', 'signature', 'trusted-key'],
    forge(base, { keys }) {
      const image = flipBit(bodyOf(base), espOffsets(base).digest);
      return appendBlocks(image, [signDigest(sha256Of(image), keys.signing.pem)]);
    },
  }),
];

type Rest = Pick<Forgery, 'category' | 'changes' | 'temptation' | 'intact' | 'forge'> & Partial<Forgery>;

function tampered(id: string, title: string, rest: Rest): Forgery {
  return {
    attack: 'tampered',
    id,
    title,
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'esp-idf/signature-digest-trusted',
    cwe: 'CWE-347',
    ...rest,
  };
}

function changedCode(base: Uint8Array): Uint8Array {
  return flipBit(base, espOffsets(base).segmentData + IN_CODE);
}
