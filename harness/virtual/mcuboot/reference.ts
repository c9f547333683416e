import { buildMcubootImage, classIdOf } from '#codecs/mcuboot-build.ts';
import { mcubootKey, testSigningKey } from '#codecs/mcuboot-key.ts';
import { versionOf } from '#codecs/mcuboot-version.ts';
import { buildPayload, type Payload } from '#codecs/payload.ts';
import { McubootChip } from '#virtual/mcuboot/chip.ts';
import type { McubootFlaw } from '#virtual/mcuboot/flaws.ts';
import { factoryContent } from '#virtual/mcuboot/provision.ts';
import { type McubootProfile, SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import type { McubootLayout } from '#virtual/mcuboot/slot.ts';
import { Storage } from '#virtual/storage.ts';
import type { StorageShape } from '#virtual/storage-shape.ts';

/** Flash of an nRF52840 with 32 one-time words for the security counter. */
export const NRF52840_SHAPE: StorageShape = {
  size: 0x10_0000,
  page: 0x1000,
  word: 4,
  fuses: 32,
  kind: 'nrf52-nvmc',
};

/** Zephyr's partitions of the nRF52840 DK. */
export const NRF52840_LAYOUT: McubootLayout = {
  primary: { name: 'slot0', offset: 0xc000, size: 0x7_6000 },
  secondary: { name: 'slot1', offset: 0x8_2000, size: 0x7_6000 },
};

/** What a reference image differs in from golden. */
export interface ReferenceImage extends Partial<Payload> {
  readonly version?: string;
  /** Null: no counter. */
  readonly counter?: number | null;
  readonly size?: number;
  readonly seed?: number;
}

/** Signs what the reference chip trusts. */
export const REFERENCE_KEY = mcubootKey(testSigningKey('reference').pem);
const PRODUCT = 'reference';

/** A signed image that the reference chip accepts. */
export function referenceImage(spec: ReferenceImage = {}): Uint8Array {
  const { version = '1.2.0', counter = 2, size = 2048, seed = 1, ...payload } = spec;
  const manifest: Payload = {
    behaviour: 'healthy',
    buildId: '00000000000000aa',
    product: PRODUCT,
    ...payload,
  };
  return buildMcubootImage({
    version: versionOf(version),
    payload: buildPayload(manifest, size, seed),
    classId: classIdOf(manifest.product),
    key: REFERENCE_KEY,
    ...(counter === null ? {} : { securityCounter: counter }),
  });
}

/** A small chip with golden 1.2.0 on it: what tests and measurements run on. */
export function referenceChip(...flaws: readonly McubootFlaw[]): McubootChip {
  return referenceChipOf(SOUND_PROFILE, flaws);
}

/** The same, built otherwise. */
export function referenceChipOf(profile: McubootProfile, flaws: readonly McubootFlaw[] = []): McubootChip {
  const storage = new Storage(NRF52840_SHAPE);
  storage.load(factoryContent(NRF52840_SHAPE, NRF52840_LAYOUT, referenceImage(), 2));
  return new McubootChip({
    storage,
    layout: NRF52840_LAYOUT,
    trustedKeys: [REFERENCE_KEY.publicDer],
    profile,
    classId: classIdOf(PRODUCT),
    flaws: new Set(flaws),
  });
}
