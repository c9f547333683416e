import { OTA_STATE } from '#codecs/esp-otadata.ts';
import type { Image, ImageSpec } from '#core/image.ts';
import type { ChipModel } from '#virtual/esp-idf/chip-models.ts';
import type { Provisioning } from '#virtual/esp-idf/provision.ts';
import { buildImage, GOLDEN_SPEC } from './firmware.ts';
import { testKeys } from './keys.ts';
import { encryptionOf } from './encryption.ts';
import { partitionRows } from './layout.ts';
import type { EspProfile } from './profile.ts';

/** What lies on a device in the field. */
const SPECS = {
  /** The image that runs when a scenario starts. */
  golden: GOLDEN_SPEC,
  /** The release before it, still in the slot that the next update will overwrite. */
  previous: { name: 'previous 1.1.0', version: '1.1.0', securityCounter: 2 },
  /** The release that left the factory, on the builds that keep it. */
  factory: { name: 'factory 1.0.0', version: '1.0.0', securityCounter: 2 },
  /** What the factory line tests with, on the builds that keep it. */
  test: { name: 'test 0.1.0', version: '0.1.0', securityCounter: 2 },
} satisfies Readonly<Record<string, ImageSpec>>;

const built = new Map<string, Image>();

/** One of the images on a device in the field. */
export function fieldImage(part: keyof typeof SPECS, chip: ChipModel['name'] = 'esp32'): Image {
  const known = built.get(`${chip} ${part}`) ?? buildImage(SPECS[part], chip);
  built.set(`${chip} ${part}`, known);
  return known;
}

/** The golden image of the ESP32. */
export const golden = fieldImage('golden');

/**
 * A device in the field, updated before: the golden image runs from one OTA slot and the release before it still lies in
 * the other. Where a chip without a boot record would start is never the golden image: ota_0, or the factory application.
 */
export function goldenSetup(profile: EspProfile, flaws: ReadonlySet<string> = new Set()): Provisioning {
  const { chip, factory, test, antiRollback, keyRevoked, aggressiveRevoke } = profile;
  const bytes = (part: keyof typeof SPECS) => fieldImage(part, chip.name).bytes;
  const record = (seq: number) => ({ seq, state: OTA_STATE.valid });
  const signing = Buffer.from(testKeys.signing.id, 'hex');
  const revoked = Buffer.from(testKeys.revoked?.id ?? '', 'hex');
  return {
    chip,
    rows: partitionRows(profile),
    flashEncryption: encryptionOf(profile),
    images: {
      ...(factory
        ? { factory: bytes('factory'), ota_0: bytes('golden'), ota_1: bytes('previous') }
        : { ota_0: bytes('previous'), ota_1: bytes('golden') }),
      ...(test ? { test: bytes('test') } : {}),
    },
    otadata: factory ? [record(3), record(2)] : [record(1), record(2)],
    keyDigests: keyRevoked ? [revoked, signing] : [signing],
    revoked: keyRevoked ? [0] : [],
    aggressiveRevoke,
    secureVersion: antiRollback ? (GOLDEN_SPEC.securityCounter ?? 0) : 0,
    flaws,
  };
}
