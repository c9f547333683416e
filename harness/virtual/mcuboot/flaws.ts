import type { Flaw } from '#core/rig.ts';

function flaw<const Name extends string>(
  name: Name,
  family: string,
  cwe: string | null,
  title: string,
  story: string,
  reference?: string,
) {
  const id = `mcuboot/${name}` as const;
  return { id, family, title, story, cwe, ...(reference === undefined ? {} : { reference }) } satisfies Flaw;
}

const ROLLBACK = [
  flaw(
    'test-is-permanent',
    'rollback',
    null,
    'Every update is made permanent at once',
    'The boot loader confirms the update itself after the swap, so that a trial never ends. Seen where image_ok was set to silence a revert during development.',
  ),
  flaw(
    'app-confirms-at-start',
    'rollback',
    'CWE-696',
    'The application confirms itself before its self-test',
    'The first line of main() confirms the image, so that an update that cannot work any more can still make itself permanent. Sample code does so and is copied.',
  ),
  flaw(
    'no-watchdog',
    'rollback',
    'CWE-755',
    'No watchdog runs during the trial',
    'An update that hangs is never reset, so that the revert that would follow never comes.',
  ),
  flaw(
    'revert-not-resumable',
    'rollback',
    'CWE-755',
    'A revert is lost when power goes at its start',
    'The request to revert stands in the trailer that is erased first, and no copy of it is made in the other slot. Swap-move was so before its revert fix-up.',
    'MCUboot swap_move.c: fixup_revert',
  ),
  flaw(
    'revert-taken-for-downgrade',
    'rollback',
    'CWE-696',
    'An interrupted revert is refused as a downgrade',
    'A revert restarts as a permanent update to the older image, which downgrade prevention then erases: the update on trial stays for good. MCUboot’s swap-move with downgrade prevention is so.',
    'MCUboot loader.c: check_downgrade_prevention after swap_move.c: fixup_revert',
  ),
  flaw(
    'confirm-not-stored',
    'rollback',
    'CWE-392',
    'Confirming reports success but stores nothing',
    'The confirmation is kept in memory only and its error code dropped, so that a good update goes away at the next reset.',
  ),
] as const;

const DOWNGRADE = [
  flaw(
    'no-version-check',
    'downgrade',
    'CWE-1328',
    'Older versions are installed',
    'Any image with a good signature is taken. This is what MCUboot does unless downgrade prevention is turned on.',
  ),
  flaw(
    'version-major-only',
    'downgrade',
    'CWE-1328',
    'Only the major version is compared',
    'The comparison stops after its first field, so that every older release of the same generation is accepted.',
  ),
  flaw(
    'build-number-ignored',
    'downgrade',
    'CWE-1328',
    'Build numbers are not compared',
    'Two builds of one version count as equal, so that an older build can replace a newer one. This is the default of MCUboot.',
    'MCUBOOT_VERSION_CMP_USE_BUILD_NUMBER',
  ),
  flaw(
    'counter-not-checked',
    'downgrade',
    'CWE-1328',
    'A security counter lower than the stored one is accepted',
    'The counter is parsed and stored but never compared, so that old and vulnerable firmware boots under a new version number.',
  ),
  flaw(
    'counter-missing-accepted',
    'downgrade',
    'CWE-1328',
    'An image without a security counter is accepted',
    'A missing counter is taken for nothing to check, for the sake of images made before counters came.',
  ),
  flaw(
    'counter-never-advanced',
    'downgrade',
    'CWE-1328',
    'The stored security counter never rises',
    'The counter of a confirmed image is not written to one-time memory, so that the check compares with the factory value for ever.',
  ),
] as const;

const CORRUPTED = [
  flaw(
    'no-signature-check',
    'corrupted-image',
    'CWE-347',
    'Only the hash is checked',
    'The boot loader was built without a signature type, so that anybody can make an image that passes. Default of some board ports.',
    'CONFIG_BOOT_SIGNATURE_TYPE_NONE',
  ),
  flaw(
    'hash-skips-header',
    'corrupted-image',
    'CWE-354',
    'The padding behind the header is not hashed',
    'The hash is fed from the header structure in memory with its padding made up, so that the bytes in flash between header and payload can be anything.',
  ),
  flaw(
    'hash-tlv-trusted',
    'corrupted-image',
    'CWE-354',
    'The signature is checked over the hash that the image claims',
    'The hash entry is verified with its signature but never compared with a hash of the bytes, so that the payload can be replaced.',
  ),
  flaw(
    'key-from-image',
    'corrupted-image',
    'CWE-347',
    'A public key inside the image is trusted',
    'Where no embedded key matches, the key of the image’s PUBKEY entry is used without comparing its hash with a provisioned one.',
  ),
  flaw(
    'development-key',
    'corrupted-image',
    'CWE-1394',
    'The published development key is trusted',
    'The boot loader still embeds the key whose private half is in MCUboot’s repository.',
    'GHSA-gcxh-546h-phg4',
  ),
  flaw(
    'unprotected-tlv-accepted',
    'corrupted-image',
    'CWE-354',
    'Entries outside the signature are believed',
    'There is no allow-list for the unsigned area, so that counters and dependencies can be added to a signed image.',
    'CVE-2024-32883',
  ),
  flaw(
    'product-not-checked',
    'corrupted-image',
    'CWE-345',
    'Firmware for another product is accepted',
    'One key signs for several products and nothing in the image is compared with the product it is on.',
  ),
  flaw(
    'tlv-length-trusted',
    'corrupted-image',
    'CWE-787',
    'The length of an entry is believed',
    'An entry is copied into a buffer on the stack by the length it claims, so that a crafted image crashes the boot loader at every start.',
  ),
  flaw(
    'size-not-checked',
    'corrupted-image',
    'CWE-1284',
    'An image that leaves no room to swap is accepted',
    'The size limit counts neither trailer nor spare sector, so that a swap of the largest images runs over its own journal.',
    'mynewt-mcumgr #157',
  ),
] as const;

const POWER_LOSS = [
  flaw(
    'swap-not-journalled',
    'power-loss',
    'CWE-755',
    'The swap keeps no journal',
    'Progress is kept in memory only, so that a swap starts anew over half-moved sectors after power came back.',
  ),
  flaw(
    'status-before-copy',
    'power-loss',
    'CWE-696',
    'Progress is written before the work is done',
    'The journal says a sector is moved before it is, so that a cut in between loses the sector.',
  ),
  flaw(
    'trailer-cleared-first',
    'power-loss',
    'CWE-696',
    'The request is forgotten before the journal exists',
    'The trailer of the update slot is erased before the one of the primary slot is set up, so that nobody knows what was under way.',
  ),
  flaw(
    'copy-done-first',
    'power-loss',
    'CWE-696',
    'The swap is marked done before it starts',
    'The flag that ends a swap is written with the journal’s other fields, so that an interrupted swap counts as complete.',
  ),
  flaw(
    'torn-magic-accepted',
    'power-loss',
    'CWE-696',
    'A trailer is believed before it is complete',
    'The magic that seals a trailer is written first and its first word is enough, so that a half-written request is taken for a whole one.',
  ),
  flaw(
    'upload-to-running-slot',
    'power-loss',
    'CWE-706',
    'An upload goes over the image that runs',
    'The application mistakes the running slot for the free one, so that a broken transfer leaves nothing to boot.',
    'Zephyr #99762',
  ),
] as const;

const ALL = [...ROLLBACK, ...DOWNGRADE, ...CORRUPTED, ...POWER_LOSS] as const;

/** Mistakes that a simulated MCUboot board can be built with. */
export const mcubootFlaws: readonly Flaw[] = ALL;

export type McubootFlaw = (typeof ALL)[number]['id'];
