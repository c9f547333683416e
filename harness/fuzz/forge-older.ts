import { APP_DESCRIPTOR_AT, decodeAppDescriptor } from '#codecs/esp-app-desc.ts';
import { findTlv } from '#codecs/mcuboot-image.ts';
import { TLV, u32Value } from '#codecs/mcuboot-tlv.ts';
import { InternalError } from '#core/errors.ts';
import type { Forgery, Layer } from '#fuzz/forgery.ts';
import { uncounted, withEntries } from '#fuzz/forge-mcuboot-unprotected.ts';
import { soundMcuboot } from '#fuzz/mcuboot-layout.ts';

const MCUBOOT_LAYERS: readonly Layer[] = ['structure', 'hash', 'signature', 'trusted-key'];
const ESP_LAYERS: readonly Layer[] = ['structure', 'checksum', 'hash', 'signature', 'trusted-key'];
/** Higher than any counter of the test images. */
const HIGH_COUNTER = 9;

/** MCUboot images that are older in some respect, or do not say how old they are; signed by the maker all. */
export const mcubootOlder: readonly Forgery[] = [
  olderVersion('mcuboot/no-version-check', MCUBOOT_LAYERS),
  lowerCounter('mcuboot/counter-not-checked', MCUBOOT_LAYERS, mcubootCounter),
  {
    ...older('missing-counter', 'uncounted', 'An image without a security counter'),
    changes: 'the security counter is left out and the image signed again',
    temptation: 'a missing counter may be taken for nothing to check, for the sake of older images',
    missing: 'mcuboot/counter-missing-accepted',
    intact: MCUBOOT_LAYERS,
    forge: uncounted,
  },
  {
    ...older('missing-counter', 'unsigned-counter', 'A security counter that nobody signed'),
    changes: 'the security counter is left out and signed so; a high one stands in the unprotected area',
    temptation: 'anybody can write a counter there, and an old image becomes as new as he likes',
    missing: 'mcuboot/unprotected-tlv-accepted',
    cwe: 'CWE-354',
    reference: 'CVE-2024-32883',
    intact: MCUBOOT_LAYERS,
    forge: (base, material) =>
      withEntries(uncounted(base, material), [{ type: TLV.securityCounter, value: u32Value(HIGH_COUNTER) }]),
  },
];

/** The same of ESP-IDF; every image of this format says how old it is. */
export const espOlder: readonly Forgery[] = [
  olderVersion('esp-idf/version-not-compared', ESP_LAYERS),
  lowerCounter('esp-idf/efuse-not-checked', ESP_LAYERS, espCounter),
];

type Frame = Pick<Forgery, 'family' | 'attack' | 'id' | 'title' | 'category' | 'expect' | 'guard' | 'cwe'>;

function older(attack: string, id: string, title: string): Frame {
  return {
    family: 'downgrade',
    attack,
    id,
    title,
    category: 'semantic',
    expect: 'refused',
    guard: 'boot-loader',
    cwe: 'CWE-1328',
  };
}

function olderVersion(missing: string, intact: readonly Layer[]): Forgery {
  return {
    ...older('older-version', 'older', 'An older release'),
    changes: 'built as version 1.1.0 and signed with the right key',
    temptation: 'old releases stay validly signed for ever, with all their holes',
    missing,
    intact,
    forge: (_, { build }) => build({ version: '1.1.0' }),
  };
}

function lowerCounter(
  missing: string,
  intact: readonly Layer[],
  counterOf: (base: Uint8Array) => number,
): Forgery {
  return {
    ...older('older-counter', 'rewound', 'A lower security counter under the same version'),
    changes: 'the security counter is one lower and the image signed again; the version stays',
    temptation: 'a release branched from old code can carry a new version number',
    missing,
    intact,
    forge: (base, { build }) => build({ securityCounter: oneBelow(counterOf(base)) }),
  };
}

function mcubootCounter(base: Uint8Array): number {
  const value = findTlv(soundMcuboot(base), TLV.securityCounter);
  return value === null ? 0 : Buffer.from(value).readUInt32LE(0);
}

function espCounter(base: Uint8Array): number {
  return decodeAppDescriptor(base.subarray(APP_DESCRIPTOR_AT))?.secureVersion ?? 0;
}

function oneBelow(counter: number): number {
  if (counter > 0) return counter - 1;
  throw new InternalError({
    code: 'forge-counter',
    message: 'the base image has no security counter that could be lower',
    remedy: 'give the forger an image with a counter above 0',
  });
}
