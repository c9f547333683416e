import { SIGNATURE_BLOCK_LENGTH, SIGNATURE_SECTOR_LENGTH } from '#codecs/esp-signature-block.ts';
import type { Console } from '#virtual/esp-idf/console.ts';
import { trustedKeyDigest } from '#virtual/esp-idf/fuses.ts';
import type { LoadedImage } from '#virtual/esp-idf/loaded-image.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';

/** Where the signature sector of an image starts: at the next sector boundary. */
export function signatureAt(image: LoadedImage): number {
  return Math.ceil(image.end / SIGNATURE_SECTOR_LENGTH) * SIGNATURE_SECTOR_LENGTH;
}

/** Secure Boot V2: the padded image's digest, signed by the key whose digest is in the eFuses. ESP32 knows one block. */
export function signatureGood(traits: EspTraits, image: LoadedImage, console: Console): boolean {
  const { bytes } = traits.storage;
  const at = signatureAt(image);
  console.log('I', 'esp_image', 'Verifying image signature...');
  const digest = traits.facts.sha256(bytes.subarray(image.start, at));
  console.log('I', 'secure_boot_v2', 'Verifying with RSA-PSS...');
  if (blockTrusted(traits, bytes.subarray(at, at + SIGNATURE_BLOCK_LENGTH), digest)) {
    console.log('I', 'secure_boot_v2', 'Signature verified successfully!');
    return true;
  }
  console.log('E', 'secure_boot_v2', 'Secure Boot V2 verification failed.');
  console.log('E', 'esp_image', 'Secure boot signature verification failed');
  console.log('I', 'esp_image', 'Calculating simple hash to check for corruption...');
  const intact = simpleHashGood(traits, image, console);
  console.log('W', 'esp_image', intact ? 'image valid, signature bad' : 'image corrupted on flash');
  return false;
}

function blockTrusted(traits: EspTraits, block: Uint8Array, digest: Uint8Array): boolean {
  const { flaws, storage, signatures } = traits;
  // The flaw: the signature is checked against the digest that the block itself brings.
  const signed = flaws.has('esp-idf/signature-digest-trusted') ? block.subarray(4, 36) : digest;
  const judgement = signatures.judge(block, signed);
  if (judgement === null || !judgement.usable || !judgement.fits) return false;
  if (Buffer.compare(judgement.digest, signed) !== 0) return false;
  if (flaws.has('esp-idf/key-digest-not-compared')) return true;
  return Buffer.compare(judgement.keyDigest, trustedKeyDigest(storage)) === 0;
}

/** The appended SHA-256, which guards against accidents only. True where none is appended. */
export function simpleHashGood(traits: EspTraits, image: LoadedImage, console: Console): boolean {
  if (image.header.hashAppended === 0) return true;
  const { bytes } = traits.storage;
  const digest = traits.facts.sha256(bytes.subarray(image.start, image.checksumEnd));
  if (Buffer.compare(digest, bytes.subarray(image.checksumEnd, image.end)) === 0) return true;
  console.log('E', 'esp_image', 'Image hash failed - image is corrupt');
  return false;
}
