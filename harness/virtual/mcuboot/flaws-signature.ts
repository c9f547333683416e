import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('mcuboot', 'corrupted-image');

/** Mistakes about who signed an image, and how that is verified. */
export const signatureFlaws = [
  flaw(
    'no-signature-check',
    'CWE-347',
    'Only the hash is checked',
    'The boot loader was built without a signature type, so that anybody can make an image that passes. Default of some board ports.',
    'CONFIG_BOOT_SIGNATURE_TYPE_NONE',
  ),
  flaw(
    'signature-result-ignored',
    'CWE-253',
    'The answer of the signature verification is lost',
    'The verification runs, but its return code is overwritten or tested the wrong way round before the decision. The best known case skipped the last step of TLS for years.',
    'CVE-2014-1266',
  ),
  flaw(
    'malformed-signature-accepted',
    'CWE-253',
    'A signature that cannot be read counts as a good one',
    'The verifier has a third answer, an error, and the caller takes everything but `bad` for good. OpenSSL’s callers did so for DSA and ECDSA.',
    'CVE-2008-5077',
  ),
  flaw(
    'signature-range-unchecked',
    'CWE-347',
    'r and s of a signature may be anything',
    'The verifier skips the first step of ECDSA, which keeps r and s between 1 and n - 1. Two zeros are then a signature of everything by everybody.',
    'CVE-2022-21449',
  ),
  flaw(
    'other-scheme-accepted',
    'CWE-347',
    'A signature of another scheme counts as checked',
    'Entries of the schemes that the build does not know are skipped by the verifier, and the caller counts them as verified signatures.',
  ),
  flaw(
    'unknown-key-skipped',
    'CWE-347',
    'A signature by an unknown key is skipped and counts',
    'An image may carry signatures for several products, so those by other keys are passed over; that one by a known key was among them is not asked.',
  ),
  flaw(
    'any-signature-suffices',
    'CWE-347',
    'One good signature among several is enough',
    'Where two parties must sign, one of them can leave the other’s signature bad. The loop keeps the best answer and not the last.',
  ),
  flaw(
    'key-hash-optional',
    'CWE-347',
    'A signature need not name its key',
    'With one key compiled in it seems idle to ask which it is. When a second key comes, the first one is still tried for everything.',
    'MCUBOOT_BYPASS_KEY_MATCH',
  ),
  flaw(
    'pure-mark-believed',
    'CWE-347',
    'An unsigned mark changes what the signature is over',
    'The mark of a signature over the image itself makes the hash comparison needless there. This build signs hashes, and believes the mark all the same.',
    'CONFIG_BOOT_SIGNATURE_TYPE_PURE',
  ),
  flaw(
    'key-from-image',
    'CWE-347',
    'A public key inside the image is trusted',
    'Where no embedded key matches, the key of the image’s PUBKEY entry is used without comparing its hash with a provisioned one.',
    'MCUBOOT_HW_KEY',
  ),
  flaw(
    'development-key',
    'CWE-1394',
    'The published development key is trusted',
    'The boot loader still embeds the key whose private half is in MCUboot’s repository.',
    'GHSA-gcxh-546h-phg4',
  ),
] as const;
