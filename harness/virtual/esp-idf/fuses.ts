import type { Storage } from '#virtual/storage.ts';

/**
 * eFuse words of this chip: word 0 is the anti-rollback field (number of set bits = secure version), word 1 holds the
 * Secure Boot enable bit, words 2 to 9 the digest of the trusted key, first byte in the low byte of word 2.
 */
export const FUSE = { secureVersion: 0, control: 1, keyDigest: 2, words: 10 } as const;

/** Bits of the anti-rollback field. */
export const SECURE_VERSION_BITS = 32;

const SECURE_BOOT_ENABLED = 1;
const DIGEST_WORDS = 8;

/** The burned secure version: how many bits are set, wherever. */
export function secureVersion(storage: Storage): number {
  let bits = storage.fuses[FUSE.secureVersion] ?? 0;
  let count = 0;
  for (; bits !== 0; bits &= bits - 1) count += 1;
  return count;
}

/** Raises the secure version by burning the bits between the present and the new value, in one operation. */
export function burnSecureVersion(storage: Storage, version: number): void {
  const bits = unary(version) & ~unary(secureVersion(storage));
  storage.burn(FUSE.secureVersion, bits >>> 0);
}

/** Whether Secure Boot V2 is switched on. */
export function secureBootEnabled(storage: Storage): boolean {
  return ((storage.fuses[FUSE.control] ?? 0) & SECURE_BOOT_ENABLED) !== 0;
}

/** Digests of the keys that images may be signed with: the ESP32 has room for one. */
export function trustedKeyDigests(storage: Storage): readonly Uint8Array[] {
  return [trustedKeyDigest(storage)];
}

function trustedKeyDigest(storage: Storage): Uint8Array {
  const view = new DataView(new ArrayBuffer(DIGEST_WORDS * 4));
  for (let i = 0; i < DIGEST_WORDS; i++) view.setUint32(i * 4, storage.fuses[FUSE.keyDigest + i] ?? 0, true);
  return new Uint8Array(view.buffer);
}

/** Burns a factory-fresh chip: trusted key, Secure Boot on, secure version. */
export function provisionFuses(
  storage: Storage,
  setup: { readonly keyDigest: Uint8Array; readonly secureVersion: number },
): void {
  const view = new DataView(setup.keyDigest.buffer, setup.keyDigest.byteOffset, DIGEST_WORDS * 4);
  for (let i = 0; i < DIGEST_WORDS; i++) storage.burn(FUSE.keyDigest + i, view.getUint32(i * 4, true));
  storage.burn(FUSE.control, SECURE_BOOT_ENABLED);
  if (setup.secureVersion > 0) burnSecureVersion(storage, setup.secureVersion);
}

/** Fuse state for a report's device block. */
export function describeFuses(storage: Storage): Readonly<Record<string, string>> {
  return {
    SECURE_VERSION: String(secureVersion(storage)),
    ABS_DONE_1: secureBootEnabled(storage) ? '1 (Secure Boot V2 on)' : '0',
    BLK2: Buffer.from(trustedKeyDigest(storage)).toString('hex'),
  };
}

function unary(version: number): number {
  return version >= SECURE_VERSION_BITS ? 0xffffffff : (2 ** version - 1) >>> 0;
}
