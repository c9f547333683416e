import { keyDigestIn, keyRevoked } from '#virtual/esp-idf/fuses.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';

/** Digests of the keys that images may be signed with (`esp_secure_boot_read_key_digests`): those that are not revoked. */
export function trustedKeyDigests({ storage, chip, flaws }: EspTraits): readonly Uint8Array[] {
  return Array.from({ length: chip.keySlots }, (_, slot) => {
    const revoked = keyRevoked(storage, slot) && !flaws.has('esp-idf/revocation-ignored');
    return revoked ? null : keyDigestIn(storage, slot);
  }).filter((digest) => digest !== null);
}
