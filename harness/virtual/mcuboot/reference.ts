import { buildMcubootImage, classIdOf, type McubootBuild } from '#codecs/mcuboot-build.ts';
import { mcubootKey, testSigningKey } from '#codecs/mcuboot-key.ts';
import { imageReader, imageRecipient } from '#codecs/mcuboot-recipient.ts';
import { versionOf } from '#codecs/mcuboot-version.ts';
import { buildPayload, type Payload } from '#codecs/payload.ts';
import { McubootChip } from '#virtual/mcuboot/chip.ts';
import type { McubootFlaw } from '#virtual/mcuboot/flaws.ts';
import { factoryContent } from '#virtual/mcuboot/provision.ts';
import { type McubootProfile, SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import type { McubootLayout, RamWindow } from '#virtual/mcuboot/slot.ts';
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
  /** What it asks of the boot loader besides. */
  readonly manner?: Manner;
}

type Manner = Pick<
  McubootBuild,
  'flags' | 'ramAddress' | 'romAddress' | 'encryption' | 'dependencies' | 'headerSize'
>;

/** Signs what the reference chip trusts. */
export const REFERENCE_KEY = mcubootKey(testSigningKey('reference').pem);
const PRODUCT = 'reference';

/** A signed image that the reference chip accepts. */
export function referenceImage(spec: ReferenceImage = {}): Uint8Array {
  const { version = '1.2.0', counter = 2, size = 2048, seed = 1, manner = {}, ...payload } = spec;
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
    ...manner,
  });
}

/** A small chip with golden 1.2.0 on it: what tests and measurements run on. */
export function referenceChip(...flaws: readonly McubootFlaw[]): McubootChip {
  return referenceChipOf(SOUND_PROFILE, flaws);
}

/** A key for encrypted images that the reference chip can read. */
const ENCRYPTION_PEM = testSigningKey('reference encryption').pem;
export const REFERENCE_RECIPIENT = imageRecipient(ENCRYPTION_PEM);

/** Where a chip for RAM-load takes its images. */
export const REFERENCE_RAM: RamWindow = { start: 0x2001_0000, size: 0x1_0000 };

/** The same, built otherwise: golden where it will run, a pair with golden 1.0.0 as its second image. */
export function referenceChipOf(profile: McubootProfile, flaws: readonly McubootFlaw[] = []): McubootChip {
  const storage = new Storage(NRF52840_SHAPE);
  const layout = layoutFor(profile);
  const manner = layout.ram === undefined ? {} : { ramAddress: layout.ram.start };
  const second = profile.images === 1 ? [] : [referenceImage({ version: '1.0.0', seed: 9 })];
  storage.load(factoryContent(NRF52840_SHAPE, layout, referenceImage({ manner }), 2, profile, ...second));
  return new McubootChip({
    storage,
    layout,
    trustedKeys: [REFERENCE_KEY.publicDer],
    encryptionKey: imageReader(ENCRYPTION_PEM),
    profile,
    classId: classIdOf(PRODUCT),
    flaws: new Set(flaws),
  });
}

function layoutFor({ mode, images }: McubootProfile): McubootLayout {
  return {
    ...NRF52840_LAYOUT,
    ...(mode.startsWith('ram-load') ? { ram: REFERENCE_RAM } : {}),
    ...(mode === 'swap-using-scratch' ? { scratch: SCRATCH } : {}),
    ...(images === 1 ? {} : { second: SECOND }),
  };
}

/** Two pages in front of the slots. */
const SCRATCH = { name: 'scratch', offset: 0xa000, size: 0x2000 };

/** Small slots behind the others. */
const SECOND = {
  primary: { name: 'slot2', offset: 0xf_8000, size: 0x4000 },
  secondary: { name: 'slot3', offset: 0xf_c000, size: 0x4000 },
};
