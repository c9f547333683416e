import type { Flaw } from '#core/rig.ts';
import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('esp-idf', 'corrupted-image');

/** Checks of Secure Boot V2 that a verifier leaves out. */
export const signatureFlaws: readonly Flaw[] = [
  flaw(
    'no-signature-check',
    'CWE-347',
    'Images are not authenticated',
    'Secure Boot was left out of the release configuration; the SHA-256 that is appended anyway looks like protection.',
  ),
  flaw(
    'missing-signature-accepted',
    'CWE-636',
    'Where there is no signature, none is checked',
    'Devices of the first batch had unsigned images, and the verifier still lets them pass: only an image that has a signature block must have a good one.',
  ),
  flaw(
    'signature-digest-trusted',
    'CWE-347',
    'The signature is checked against a digest that the image brings along',
    'The signature block repeats the digest it signs; a verifier that takes it from there never looks at the image. A genuine block then fits any content.',
  ),
  flaw(
    'padding-not-hashed',
    'CWE-347',
    'The signed digest ends where the image ends',
    'Secure Boot V2 signs the image padded to the next sector. A verifier that hashes the image alone agrees as long as images happen to end there, and leaves the padding to anybody otherwise.',
  ),
  flaw(
    'key-digest-not-compared',
    'CWE-347',
    'Any key is trusted',
    'The public key lies in the signature block itself and its digest is not compared with the eFuses, so that everybody can sign.',
  ),
  flaw(
    'revocation-ignored',
    'CWE-299',
    'Revoked keys are still trusted',
    'The digests are read from the eFuses and the bits that revoke them are not, so that a key that was stolen, and revoked for it, signs on.',
  ),
  flaw(
    'exponent-not-covered',
    'CWE-347',
    'The trusted key is known by its modulus only',
    'The exponent is taken from the block, while the comparison fills in the usual one. With the exponent 1 the padded digest is its own signature.',
  ),
  flaw(
    'rsa-not-verified',
    'CWE-347',
    'The signature itself is not verified',
    'Digest, checksum and key of the block are compared and the result of the RSA accelerator is not looked at: an error code was taken for true.',
  ),
  flaw(
    'pss-compared-as-text',
    'CWE-697',
    'The digest under the signature is compared as text',
    'strncmp stops at a zero byte, and padding is not looked at. A signature of zero then fits every image whose digest starts with a zero byte, which takes 256 tries.',
    'https://wiibrew.org/wiki/Signing_bug',
  ),
  flaw(
    'scheme-from-block',
    'CWE-347',
    'The block chooses the signature scheme, and the new one compares no key',
    'ECDSA was added for the next chip. Only the RSA branch compares the key’s digest with the eFuses, and the version byte of the block decides which branch is taken.',
  ),
  flaw(
    'block-magic-not-checked',
    'CWE-1287',
    'A signature block needs no magic byte',
    'The verifier takes the first bytes of the sector for a block. Nothing comes of it as long as the rest is verified, but tools that look for the magic byte see an unsigned image.',
  ),
  flaw(
    'block-version-not-checked',
    'CWE-1287',
    'The version of a signature block is not looked at',
    'A block that says it is of another scheme is read as the usual one. Tools and device then disagree about who signed.',
  ),
  flaw(
    'block-crc-not-checked',
    'CWE-354',
    'A signature block needs no checksum',
    'The CRC tells a half-written sector from a finished one. Without it, a block whose tail never reached the flash counts.',
  ),
  flaw(
    'block-digest-not-compared',
    'CWE-354',
    'The digest that a block names is not compared',
    'The application’s own verifier leaves it out and only the ROM compares it. Where the ROM’s check is replaced, too, a block names one image and signs another.',
  ),
  flaw(
    'blocks-mixed-up',
    'CWE-347',
    'One block shows the key, another one signs',
    'One loop over the sector looks for a key that is trusted, the next for a signature that fits; nobody asks whether both found the same block.',
  ),
];
