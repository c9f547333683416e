import { flawsOf } from '#virtual/mcuboot/flaw.ts';

const flaw = flawsOf('corrupted-image');

/** Mistakes that the attacks of the family `corrupted-image` are after. */
export const corruptedImageFlaws = [
  flaw(
    'no-signature-check',
    'CWE-347',
    'Only the hash is checked',
    'The boot loader was built without a signature type, so that anybody can make an image that passes. Default of some board ports.',
    'CONFIG_BOOT_SIGNATURE_TYPE_NONE',
  ),
  flaw(
    'hash-skips-header',
    'CWE-354',
    'The padding behind the header is not hashed',
    'The hash is fed from the header structure in memory with its padding made up, so that the bytes in flash between header and payload can be anything.',
  ),
  flaw(
    'hash-tlv-trusted',
    'CWE-354',
    'The signature is checked over the hash that the image claims',
    'The hash entry is verified with its signature but never compared with a hash of the bytes, so that the payload can be replaced.',
  ),
  flaw(
    'key-from-image',
    'CWE-347',
    'A public key inside the image is trusted',
    'Where no embedded key matches, the key of the image’s PUBKEY entry is used without comparing its hash with a provisioned one.',
  ),
  flaw(
    'development-key',
    'CWE-1394',
    'The published development key is trusted',
    'The boot loader still embeds the key whose private half is in MCUboot’s repository.',
    'GHSA-gcxh-546h-phg4',
  ),
  flaw(
    'unprotected-tlv-accepted',
    'CWE-354',
    'Entries outside the signature are believed',
    'There is no allow-list for the unsigned area, so that counters and dependencies can be added to a signed image.',
    'CVE-2024-32883',
  ),
  flaw(
    'product-not-checked',
    'CWE-345',
    'Firmware for another product is accepted',
    'One key signs for several products and nothing in the image is compared with the product it is on.',
  ),
  flaw(
    'tlv-length-trusted',
    'CWE-787',
    'The length of an entry is believed',
    'An entry is copied into a buffer on the stack by the length it claims, so that a crafted image crashes the boot loader at every start.',
  ),
  flaw(
    'size-not-checked',
    'CWE-1284',
    'An image that leaves no room to swap is accepted',
    'The size limit counts neither trailer nor spare sector, so that a swap of the largest images runs over its own journal.',
    'mynewt-mcumgr #157',
  ),
] as const;
