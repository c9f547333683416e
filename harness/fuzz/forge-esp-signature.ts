import { sha256Hex } from '#core/digest.ts';
import { appendBlocks, signDigest, signEspImage } from '#codecs/esp-secure-boot.ts';
import { SIGNATURE_SECTOR_LENGTH, withBlockCrc } from '#codecs/esp-signature-block.ts';
import { blockOf, espOffsets, reissued } from '#fuzz/esp-layout.ts';
import type { Forgery, Layer } from '#fuzz/forgery.ts';

/** ESP32-C3: another chip of the family, another instruction set. */
const OTHER_CHIP = 5;

const WHOLE: readonly Layer[] = ['structure', 'checksum', 'hash', 'signature', 'trusted-key'];
const UNSIGNED: readonly Layer[] = ['structure', 'checksum', 'hash'];

/** Images that are whole, but not by the right hand, or for other hardware. */
export const espSignatureForgeries: readonly Forgery[] = [
  {
    attack: 'unsigned',
    id: 'no-sector',
    title: 'No signature at all',
    category: 'cryptographic',
    changes: 'the signature sector is cut off; checksum and hash are right',
    temptation: 'a loader without Secure Boot, or one that takes no signature for nothing to check, runs it',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'esp-idf/no-signature-check',
    cwe: 'CWE-347',
    intact: UNSIGNED,
    forge: (base) => base.slice(0, espOffsets(base).signature),
  },
  {
    attack: 'unsigned',
    id: 'blank-sector',
    title: 'An empty signature sector',
    category: 'cryptographic',
    changes: 'the signature sector is there but erased',
    temptation: 'a length check alone is satisfied',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'esp-idf/no-signature-check',
    cwe: 'CWE-347',
    intact: UNSIGNED,
    forge(base) {
      const { signature } = espOffsets(base);
      return Buffer.concat([base.subarray(0, signature), new Uint8Array(SIGNATURE_SECTOR_LENGTH).fill(0xff)]);
    },
  },
  {
    attack: 'foreign-key',
    id: 'own-key',
    title: 'Signed by a stranger',
    category: 'cryptographic',
    changes: 'the signature block is that of another RSA-3072 key, complete and consistent',
    temptation:
      'the block brings its public key; only the digest in the eFuses tells that it is the wrong one',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'esp-idf/key-digest-not-compared',
    cwe: 'CWE-347',
    intact: ['structure', 'checksum', 'hash', 'signature'],
    forge: (base, { keys }) => signEspImage(base.subarray(0, espOffsets(base).signature), keys.foreign.pem),
  },
  {
    attack: 'foreign-key',
    id: 'borrowed-key',
    title: 'Signed by a stranger under the maker’s key',
    category: 'cryptographic',
    changes: 'the block holds the right public key, and a signature made with another one',
    temptation: 'a loader that compares the key digest and then trusts the CRC of the block runs it',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'esp-idf/no-signature-check',
    cwe: 'CWE-347',
    intact: ['structure', 'checksum', 'hash', 'trusted-key'],
    forge(base, { keys }) {
      const body = base.subarray(0, espOffsets(base).signature);
      const { signature } = signDigest(Buffer.from(sha256Hex(body), 'hex'), keys.foreign.pem);
      return appendBlocks(body, [withBlockCrc({ ...blockOf(base), signature })]);
    },
  },
  {
    attack: 'product',
    id: 'other-project',
    title: 'Another project’s image',
    category: 'semantic',
    changes: 'built for another project and signed with the same, right key',
    temptation: 'neither boot loader nor OTA library compares project names; that is left to the application',
    expect: 'refused',
    guard: 'application',
    missing: 'esp-idf/project-not-checked',
    cwe: 'CWE-345',
    intact: WHOLE,
    forge: (_, { build }) => build({ product: 'assay-other' }),
  },
  {
    attack: 'product',
    id: 'other-chip',
    title: 'Another chip’s image',
    category: 'semantic',
    changes: 'the chip id in the header is that of an ESP32-C3; signed with the right key',
    temptation: 'the signature is good, so only a look at the header saves the board from foreign code',
    expect: 'refused',
    guard: 'boot-loader',
    missing: 'esp-idf/chip-id-not-checked',
    cwe: 'CWE-345',
    intact: WHOLE,
    forge: (base, { keys }) => reissued(base, { chipId: OTHER_CHIP }, keys.signing.pem),
  },
];
