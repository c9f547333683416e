import { SIGNATURE_MAGIC, SIGNATURE_SECTOR_LENGTH } from '#codecs/esp-signature-block.ts';
import type { Console } from '#virtual/esp-idf/console.ts';
import type { LoadedImage } from '#virtual/esp-idf/loaded-image.ts';
import { sectorGood, signingKeys } from '#virtual/esp-idf/signature-checks.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';

/** Where the signature sector of an image starts: at the next sector boundary. */
export function signatureAt(image: LoadedImage): number {
  return Math.ceil(image.end / SIGNATURE_SECTOR_LENGTH) * SIGNATURE_SECTOR_LENGTH;
}

/** Secure Boot V2: the padded image's digest, signed by a key whose digest is in the eFuses. */
export function signatureGood(
  traits: EspTraits,
  image: LoadedImage,
  booting: boolean,
  console: Console,
): boolean {
  const { flash } = traits;
  const at = signatureAt(image);
  const sector = flash.view(at, at + SIGNATURE_SECTOR_LENGTH);
  if (traits.flaws.has('esp-idf/missing-signature-accepted') && sector[0] !== SIGNATURE_MAGIC) {
    return simpleHashGood(traits, image, console);
  }
  console.log('I', 'esp_image', 'Verifying image signature...');
  const signedEnd = traits.flaws.has('esp-idf/padding-not-hashed') ? image.end : at;
  const digest = traits.facts.sha256(flash.view(image.start, signedEnd));
  console.log('I', 'secure_boot_v2', 'Verifying with RSA-PSS...');
  if (sectorGood(traits, sector, { digest, booting })) {
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

/** Digests of the keys that an image is validly signed with, trusted or not. */
export function blockKeysOf(traits: EspTraits, image: LoadedImage): readonly Uint8Array[] {
  const { flash } = traits;
  const at = signatureAt(image);
  const digest = traits.facts.sha256(flash.view(image.start, at));
  return signingKeys(traits, flash.view(at, at + SIGNATURE_SECTOR_LENGTH), digest);
}

/** The appended SHA-256, which guards against accidents only. True where none is appended. */
export function simpleHashGood(traits: EspTraits, image: LoadedImage, console: Console): boolean {
  if (image.header.hashAppended === 0) return true;
  const { flash } = traits;
  const digest = traits.facts.sha256(flash.view(image.start, image.checksumEnd));
  if (Buffer.compare(digest, flash.view(image.checksumEnd, image.end)) === 0) return true;
  console.log('E', 'esp_image', 'Image hash failed - image is corrupt');
  return false;
}
