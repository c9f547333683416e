import { OTA_STATE } from '#codecs/esp-otadata.ts';
import type { Provisioning } from '#virtual/esp-idf/provision.ts';
import { buildImage, GOLDEN_SPEC } from './firmware.ts';
import { testKeys } from './keys.ts';
import { partitionRows, type Variant } from './layout.ts';

/** The image that runs when a scenario starts. */
export const golden = buildImage(GOLDEN_SPEC);
/** The release before it, still in the slot that the next update will overwrite. */
export const previous = buildImage({ name: 'previous 1.1.0', version: '1.1.0', securityCounter: 2 });
/** The release that left the factory, on the variant that keeps it. */
export const factory = buildImage({ name: 'factory 1.0.0', version: '1.0.0', securityCounter: 2 });

/**
 * A device in the field: it was updated once, so that the golden image runs from ota_1 and the release before still lies
 * in ota_0. The first slot being the update's makes a lost boot record visible: a chip without one starts with ota_0.
 */
export function goldenSetup(variant: Variant, flaws: ReadonlySet<string> = new Set()): Provisioning {
  const slots = { ota_0: previous.bytes, ota_1: golden.bytes };
  return {
    rows: partitionRows(variant),
    images: variant === 'esp32-devkitc-factory' ? { factory: factory.bytes, ...slots } : slots,
    otadata: [
      { seq: 1, state: OTA_STATE.valid },
      { seq: 2, state: OTA_STATE.valid },
    ],
    keyDigest: Buffer.from(testKeys.signing.id, 'hex'),
    secureVersion: GOLDEN_SPEC.securityCounter ?? 0,
    flaws,
  };
}
