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
 * A device in the field, updated before: the golden image runs from one OTA slot and the release before it still lies in
 * the other. Where a chip without a boot record would start is never the golden image: ota_0, or the factory application.
 */
export function goldenSetup(variant: Variant, flaws: ReadonlySet<string> = new Set()): Provisioning {
  const withFactory = variant === 'esp32-devkitc-factory';
  const record = (seq: number) => ({ seq, state: OTA_STATE.valid });
  return {
    rows: partitionRows(variant),
    images: withFactory
      ? { factory: factory.bytes, ota_0: golden.bytes, ota_1: previous.bytes }
      : { ota_0: previous.bytes, ota_1: golden.bytes },
    otadata: withFactory ? [record(3), record(2)] : [record(1), record(2)],
    keyDigest: Buffer.from(testKeys.signing.id, 'hex'),
    secureVersion: withFactory ? 0 : (GOLDEN_SPEC.securityCounter ?? 0),
    flaws,
  };
}
