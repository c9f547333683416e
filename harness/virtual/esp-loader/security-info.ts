import { encodeSecurityInfo, type EspSecurityFlag, securityFlags } from '#codecs/esp-security-info.ts';
import type { ChipModel } from '#virtual/esp-idf/chip-models.ts';
import { keyDigestIn, keyRevoked, revokesAggressively, secureBootEnabled } from '#virtual/esp-idf/fuses.ts';
import type { Storage } from '#virtual/storage.ts';

/** What the eFuses do not tell by themselves. */
export interface SecurityWorld {
  readonly model: ChipModel;
  readonly encrypted: boolean;
  readonly secureDownload: boolean;
}

const SLOTS = [0, 1, 2] as const;
const PURPOSE_DIGEST = 9;
const PURPOSES = 7;

/** Answer to GET_SECURITY_INFO, from the eFuses. */
export function securityInfoOf(storage: Storage, world: SecurityWorld): Uint8Array {
  const states: readonly (readonly [EspSecurityFlag, boolean])[] = [
    ['SECURE_BOOT_EN', secureBootEnabled(storage)],
    ['SECURE_BOOT_AGGRESSIVE_REVOKE', revokesAggressively(storage)],
    ['SECURE_DOWNLOAD_ENABLE', world.secureDownload],
    ...SLOTS.map((slot) => [`SECURE_BOOT_KEY_REVOKE${slot}`, keyRevoked(storage, slot)] as const),
  ];
  const flags = states.filter(([, isSet]) => isSet).map(([flag]) => flag);
  const purposes = SLOTS.map((slot) => (keyDigestIn(storage, slot) === null ? 0 : PURPOSE_DIGEST + slot));
  return encodeSecurityInfo({
    flags: securityFlags(...flags),
    flashCryptCount: world.encrypted ? 1 : 0,
    keyPurposes: Array.from({ length: PURPOSES }, (_, i) => purposes[i] ?? 0),
    chipId: world.model.chipId,
    apiVersion: 0,
  });
}
