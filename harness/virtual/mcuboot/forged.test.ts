import assert from 'node:assert/strict';
import { developmentKey, testSigningKey } from '#codecs/mcuboot-key.ts';
import { encodeTrailer } from '#codecs/mcuboot-trailer.ts';
import type { ImageSpec } from '#core/image.ts';
import { mcubootForgeries } from '#fuzz/forge-mcuboot.ts';
import { fitsKeys, forgeryName, type ForgeMaterial } from '#fuzz/forgery.ts';
import type { McubootChip } from '#virtual/mcuboot/chip.ts';
import { corruptedImageFlaws } from '#virtual/mcuboot/flaws-corrupted-image.ts';
import type { McubootFlaw } from '#virtual/mcuboot/flaws.ts';
import { factoryContent } from '#virtual/mcuboot/provision.ts';
import {
  NRF52840_LAYOUT,
  NRF52840_SHAPE,
  referenceChip,
  referenceImage,
} from '#virtual/mcuboot/reference.ts';

const { secondary } = NRF52840_LAYOUT;
const FLAWS: readonly McubootFlaw[] = corruptedImageFlaws.map(({ id }) => id);

const material: ForgeMaterial = {
  keys: {
    signing: testSigningKey('reference'),
    foreign: testSigningKey('foreign'),
    vendorDevelopment: developmentKey(),
  },
  areaSize: secondary.size,
  build: (spec) => built({ version: '1.4.0', ...spec }),
};

function built({ version, product, securityCounter, payloadSize }: ImageSpec): Uint8Array {
  return referenceImage({
    version,
    ...(product === undefined ? {} : { product }),
    ...(securityCounter === undefined ? {} : { counter: securityCounter }),
    ...(payloadSize === undefined ? {} : { size: payloadSize }),
  });
}

const { flash: FLASH, fuses: FUSES } = factoryContent(NRF52840_SHAPE, NRF52840_LAYOUT, referenceImage(), 2);
const TRAILER = encodeTrailer(
  { slotSize: secondary.size, writeSize: 4, maxAlign: 8, maxSectors: 128 },
  { magic: true, swapType: 'perm', imageOk: 1 },
);

const sound = referenceChip();
const flawed = new Map(FLAWS.map((flaw) => [flaw, referenceChip(flaw)]));

/** Whether a chip that is asked to run an image for good does anything but run golden. */
function falls(chip: McubootChip, image: Uint8Array): boolean {
  const flash = FLASH.slice();
  flash.set(image, secondary.offset);
  flash.set(TRAILER.bytes, secondary.offset + TRAILER.offset);
  chip.storage.load({ flash, fuses: FUSES });
  const { app } = chip.boot();
  return app?.version !== '1.2.0' || !app.confirmed;
}

/** Every flaw that lets an image in by itself. */
function lettingIn(image: Uint8Array): readonly McubootFlaw[] {
  return [...flawed].filter(([, chip]) => falls(chip, image)).map(([flaw]) => flaw);
}

const NO_ANSWER: readonly McubootFlaw[] = ['mcuboot/no-signature-check', 'mcuboot/signature-result-ignored'];
const NO_KEY: readonly McubootFlaw[] = ['mcuboot/no-signature-check', 'mcuboot/unknown-key-skipped'];

/** Flaws that lack more than one check, or a later one: they let in what is aimed at a finer flaw as well. */
const COARSER: Partial<Record<string, readonly McubootFlaw[]>> = {
  'mcuboot/hash-skips-header': ['mcuboot/hash-tlv-trusted'],
  'mcuboot/hash-length-trusted': ['mcuboot/hash-entry-ignored'],
  'mcuboot/hash-type-not-checked': ['mcuboot/hash-entry-optional'],
  'mcuboot/last-hash-decides': ['mcuboot/hash-tlv-trusted', 'mcuboot/hash-entry-ignored'],
  'mcuboot/signature-result-ignored': ['mcuboot/no-signature-check'],
  'mcuboot/malformed-signature-accepted': ['mcuboot/no-signature-check'],
  'mcuboot/signature-range-unchecked': NO_ANSWER,
  'mcuboot/other-scheme-accepted': ['mcuboot/no-signature-check'],
  'mcuboot/unknown-key-skipped': ['mcuboot/no-signature-check'],
  'mcuboot/any-signature-suffices': NO_ANSWER,
  'mcuboot/key-hash-optional': NO_KEY,
  'mcuboot/key-from-image': NO_KEY,
  'mcuboot/development-key': NO_KEY,
  'mcuboot/tlv-remainder-ignored': ['mcuboot/tlv-length-trusted'],
  'mcuboot/class-id-optional': ['mcuboot/product-not-checked'],
  'mcuboot/class-id-length-trusted': ['mcuboot/product-not-checked'],
  'mcuboot/any-class-id-suffices': ['mcuboot/product-not-checked'],
};

describe('MCUboot twins against the catalogue of forgeries', () => {
  for (const forgery of mcubootForgeries.filter((each) => fitsKeys(each, material.keys))) {
    const { missing } = forgery;
    const image = forgery.forge(material.build({}), material);
    if (missing === null) {
      it(`${forgeryName(forgery)} runs on the sound chip: the format allows it`, () => {
        assert.ok(falls(sound, image));
      });
      continue;
    }
    it(`${forgeryName(forgery)} is let in by ${missing} and by no other check's absence`, () => {
      assert.ok(!falls(sound, image), 'by the sound chip');
      const flaws = lettingIn(image);
      assert.ok(
        flaws.some((flaw) => flaw === missing),
        'not by its own flaw',
      );
      const others = flaws.filter((flaw) => flaw !== missing && COARSER[missing]?.includes(flaw) !== true);
      assert.deepEqual(others, []);
    });
  }
});
