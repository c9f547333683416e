import { UsageError } from '#core/errors.ts';
import type { Storage } from '#virtual/storage.ts';

/**
 * eFuse words of this chip: word 0 is the anti-rollback field (number of set bits = secure version), word 1 the control bits
 * below, and from word 2 on lie the digests of the keys for Secure Boot, eight words each, first byte in the low byte.
 */
export const FUSE = { secureVersion: 0, control: 1, keyDigest: 2, words: 26 } as const;

/** Bits of the control word: Secure Boot on, a revocation for each key, keys revoked by the ROM at a bad signature. */
const CONTROL = { secureBoot: 1, revoke: [2, 4, 8], aggressive: 16 } as const;
const DIGEST_WORDS = 8;
const MAX_KEYS = 3;

/** What the factory line burns. */
export interface FuseSetup {
  /** By slot; a slot that was left out is revoked, as ESP-IDF does when it switches Secure Boot on. */
  readonly keyDigests: readonly Uint8Array[];
  /** Slots revoked since. */
  readonly revoked?: readonly number[];
  /** SECURE_BOOT_AGGRESSIVE_REVOKE: the ROM revokes the key of a boot loader whose signature fails. */
  readonly aggressiveRevoke?: boolean;
  readonly secureVersion: number;
}

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
  return (control(storage) & CONTROL.secureBoot) !== 0;
}

/** Whether the key in a slot is revoked. */
export function keyRevoked(storage: Storage, slot: number): boolean {
  return (control(storage) & revokeBit(slot)) !== 0;
}

/** Whether the ROM revokes the key of a boot loader whose signature fails. */
export function revokesAggressively(storage: Storage): boolean {
  return (control(storage) & CONTROL.aggressive) !== 0;
}

/** Revokes the key in a slot (`esp_efuse_set_digest_revoke`), for ever. */
export function burnRevocation(storage: Storage, slot: number): void {
  storage.burn(FUSE.control, revokeBit(slot));
}

/** Digest of the key in a slot, revoked or not; null where none was burned. */
export function keyDigestIn(storage: Storage, slot: number): Uint8Array | null {
  const at = FUSE.keyDigest + slot * DIGEST_WORDS;
  const words = storage.fuses.subarray(at, at + DIGEST_WORDS);
  if (words.every((word) => word === 0)) return null;
  const view = new DataView(new ArrayBuffer(DIGEST_WORDS * 4));
  words.forEach((word, i) => view.setUint32(i * 4, word, true));
  return new Uint8Array(view.buffer);
}

/** Burns a factory-fresh chip: trusted keys, Secure Boot on, secure version. */
export function provisionFuses(storage: Storage, setup: FuseSetup, keySlots: number): void {
  if (setup.keyDigests.length > keySlots) throw tooManyKeys(keySlots, setup.keyDigests.length);
  setup.keyDigests.forEach((digest, slot) => {
    const view = new DataView(digest.buffer, digest.byteOffset, DIGEST_WORDS * 4);
    const at = FUSE.keyDigest + slot * DIGEST_WORDS;
    for (let i = 0; i < DIGEST_WORDS; i++) storage.burn(at + i, view.getUint32(i * 4, true));
  });
  storage.burn(FUSE.control, CONTROL.secureBoot);
  const unused = keySlots === 1 ? [] : range(setup.keyDigests.length, keySlots);
  for (const slot of [...unused, ...(setup.revoked ?? [])]) burnRevocation(storage, slot);
  if (setup.aggressiveRevoke === true) storage.burn(FUSE.control, CONTROL.aggressive);
  if (setup.secureVersion > 0) burnSecureVersion(storage, setup.secureVersion);
}

/** Fuse state for a report's device block, under the names of the chip's eFuse table. */
export function describeFuses(storage: Storage, keySlots: number): Readonly<Record<string, string>> {
  const version = { SECURE_VERSION: String(secureVersion(storage)) };
  const hex = (slot: number) => Buffer.from(keyDigestIn(storage, slot) ?? new Uint8Array(32)).toString('hex');
  const on = secureBootEnabled(storage) ? '1 (Secure Boot V2 on)' : '0';
  if (keySlots === 1) return { ...version, ABS_DONE_1: on, BLK2: hex(0) };
  const slots = range(0, keySlots).flatMap((slot) => [
    [`SECURE_BOOT_DIGEST${slot}`, hex(slot)],
    [`SECURE_BOOT_KEY_REVOKE${slot}`, keyRevoked(storage, slot) ? '1' : '0'],
  ]);
  const aggressive = (control(storage) & CONTROL.aggressive) === 0 ? '0' : '1';
  return {
    ...version,
    SECURE_BOOT_EN: on,
    SECURE_BOOT_AGGRESSIVE_REVOKE: aggressive,
    ...Object.fromEntries(slots),
  };
}

function control(storage: Storage): number {
  return storage.fuses[FUSE.control] ?? 0;
}

function revokeBit(slot: number): number {
  return CONTROL.revoke[slot] ?? 0;
}

function unary(version: number): number {
  return version >= 32 ? 0xffffffff : (2 ** version - 1) >>> 0;
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.min(to, MAX_KEYS) - from }, (_, i) => from + i);
}

function tooManyKeys(slots: number, got: number): UsageError {
  return new UsageError({
    code: 'esp-too-many-keys',
    message: 'this chip has no room for so many keys',
    expected: `at most ${slots}`,
    got: String(got),
    remedy: 'provision fewer keys, or a chip with three slots',
  });
}
