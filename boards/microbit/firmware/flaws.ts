import type { Flaw } from '#core/rig.ts';
import { mcubootFlaws } from '#virtual/mcuboot/flaws.ts';
import { smpFlaws } from '#virtual/smp-flaws.ts';

/** Which program of a build makes the mistake. */
export type FlawedPart = 'boot' | 'app';

/** A mistake that the reference firmware can be built with. */
export interface FirmwareFlaw {
  readonly flaw: Flaw;
  readonly part: FlawedPart;
}

/** Mistakes that the virtual boards make too, under the same ids. */
const shared: Readonly<Record<FlawedPart, readonly string[]>> = {
  boot: [
    'mcuboot/test-is-permanent',
    'mcuboot/no-watchdog',
    'mcuboot/revert-not-resumable',
    'mcuboot/no-version-check',
    'mcuboot/version-major-only',
    'mcuboot/build-number-ignored',
    'mcuboot/counter-not-checked',
    'mcuboot/counter-missing-accepted',
    'mcuboot/counter-never-advanced',
    'mcuboot/no-signature-check',
    'mcuboot/hash-tlv-trusted',
    'mcuboot/hash-skips-header',
    'mcuboot/unprotected-tlv-accepted',
    'mcuboot/product-not-checked',
    'mcuboot/size-not-checked',
    'mcuboot/swap-not-journalled',
    'mcuboot/status-before-copy',
    'mcuboot/trailer-cleared-first',
    'mcuboot/copy-done-first',
    'mcuboot/torn-magic-accepted',
    'mcuboot/swap-size-not-stored',
    'mcuboot/one-mark-for-two-copies',
    'mcuboot/revert-taken-for-downgrade',
    'mcuboot/validated-after-swap',
  ],
  app: [
    'mcuboot/app-confirms-at-start',
    'mcuboot/confirm-not-stored',
    'mcuboot/upload-to-running-slot',
    'smp/frame-length-underflow',
    'smp/header-length-trusted',
    'smp/unknown-group-locks',
    'smp/cbor-depth',
    'smp/echo-overflow',
    'smp/buffer-leak',
    'smp/upload-offset-unchecked',
  ],
};

const own: readonly FirmwareFlaw[] = [
  {
    part: 'boot',
    flaw: {
      id: 'mcuboot/hash-header-only',
      family: 'corrupted-image',
      title: 'The hash covers the header alone',
      story:
        'To save time at start, boot loader and signing tool agree on a hash over the header. Size and version are signed, and any code passes behind a genuine header.',
      cwe: 'CWE-354',
    },
  },
  {
    part: 'boot',
    flaw: {
      id: 'mcuboot/validated-before-copy-only',
      family: 'corrupted-image',
      title: 'An image is checked before it is copied, and never again',
      story:
        'Hash and signature are checked while the update lies in the second slot. What is started is the copy, which nobody looks at: what changes it between check and use is run. MCUboot without BOOT_VALIDATE_SLOT0.',
      cwe: 'CWE-367',
    },
  },
  {
    part: 'app',
    flaw: {
      id: 'smp/debug-command',
      family: 'fuzzed-wireless',
      title: 'Commands of a debugger were left in',
      story:
        'Group 64 was to help in development: it tries the fault handler, and reads and writes any word, for whoever asks.',
      cwe: 'CWE-489',
    },
  },
];

/** All of them, one mistake each. */
export const firmwareFlaws: readonly FirmwareFlaw[] = [
  ...(['boot', 'app'] as const).flatMap((part) => shared[part].map((id) => ({ part, flaw: known(id) }))),
  ...own,
];

function known(id: string): Flaw {
  const flaw = [...mcubootFlaws, ...smpFlaws].find((each) => each.id === id);
  if (flaw === undefined) throw new TypeError(`no virtual board makes the mistake ${id}`);
  return flaw;
}
