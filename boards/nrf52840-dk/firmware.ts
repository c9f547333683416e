import type { Firmware, TestKeys } from '#core/board.ts';
import { canonical } from '#core/canonical.ts';
import { sha256Hex } from '#core/digest.ts';
import { InternalError } from '#core/errors.ts';
import type { Image, ImageSpec } from '#core/image.ts';
import { buildMcubootImage, classIdOf, type McubootBuild } from '#codecs/mcuboot-build.ts';
import { imageIdentity, isDefect, parseMcubootImage } from '#codecs/mcuboot-image.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { imageRecipient } from '#codecs/mcuboot-recipient.ts';
import { formatVersion, versionOf } from '#codecs/mcuboot-version.ts';
import { buildPayload } from '#codecs/payload.ts';
import { type McubootProfile, SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import { rsaTestKeys } from '../microbit/firmware/keys.ts';
import { encryptionPem, testKeys } from './keys.ts';
import { layoutOf, RAM_ADDRESS } from './layout.ts';
import { maxImageSizeOf } from './room.ts';

/** Product name and class id that the board's boot loader insists on. */
export const PRODUCT = 'nrf52840-dk';

const COUNTER = 2;
const SECOND_VERSION = '1.0.0';
/** Three pages with header and TLVs: a swap of several steps that is still fast. */
const PAYLOAD_SIZE = 10_240;

const goldenSpec: ImageSpec = {
  name: 'golden 1.2.0',
  version: '1.2.0+0',
  securityCounter: COUNTER,
  behaviour: 'healthy',
  product: PRODUCT,
  payloadSize: PAYLOAD_SIZE,
  seed: 0,
};

const signing = mcubootKey(testKeys.signing.pem);

/** What a build of the boot loader asks of its images besides what they are to be. */
type Manner = Pick<McubootBuild, 'ramAddress' | 'encryption' | 'dependencies'> &
  Partial<Pick<McubootBuild, 'key'>>;

/** Builds a signed test image; the same spec gives the same bytes. UsageError for a version or product that cannot be. */
export function buildImage(spec: ImageSpec, manner: Manner = {}): Image {
  const whole = { ...goldenSpec, name: `update ${spec.version}`, ...spec };
  const { behaviour = 'healthy', product = PRODUCT, payloadSize = PAYLOAD_SIZE, seed = 0 } = whole;
  const version = versionOf(whole.version);
  const buildId = sha256Hex(canonical({ ...whole, name: undefined })).slice(0, 16);
  const bytes = buildMcubootImage({
    version,
    payload: buildPayload({ behaviour, buildId, product }, payloadSize, seed),
    securityCounter: whole.securityCounter ?? COUNTER,
    classId: classIdOf(product),
    key: signing,
    ...manner,
  });
  return {
    name: whole.name,
    version: formatVersion(version),
    bytes,
    digest: sha256Hex(bytes),
    identity: identityOf(bytes),
    buildId,
  };
}

function identityOf(bytes: Uint8Array): string {
  const parsed = parseMcubootImage(bytes);
  const identity = isDefect(parsed) ? null : imageIdentity(parsed);
  if (identity !== null) return identity;
  throw new InternalError({
    code: 'image-identity',
    message: 'an image that was just built has no hash',
    remedy: 'check the image builder against its published vectors',
  });
}

/**
 * Test firmware for a build of the boot loader: golden 1.2.0 with security counter 2. Where images are encrypted, updates
 * are; golden is as it lies in the primary slot, readable and with its key beside it.
 */
export function firmwareOf(profile: McubootProfile): Firmware {
  const manner = mannerOf(profile);
  return {
    format: 'mcuboot',
    keys: keysOf(profile),
    product: PRODUCT,
    goldenSpec,
    golden: buildImage(goldenSpec, { ...manner, ...encryptionOf(profile, { clear: true }) }),
    slotSize: layoutOf(profile).secondary.size,
    get maxImageSize(): number {
      return maxImageSizeOf(profile);
    },
    build: (spec) => buildImage(spec, { ...manner, ...encryptionOf(profile, {}) }),
    ...(profile.encryption === null ? {} : { buildReadable: (spec) => buildImage(spec, manner) }),
  };
}

function keysOf({ signature }: McubootProfile): TestKeys {
  return signature === 'rsa-2048' ? rsaTestKeys : testKeys;
}

/** An image for RAM says where; one of a pair says what it needs of the other. */
function mannerOf(profile: McubootProfile): Manner {
  const { mode, images } = profile;
  return {
    key: mcubootKey(keysOf(profile).signing.pem),
    ...(mode.startsWith('ram-load') ? { ramAddress: RAM_ADDRESS } : {}),
    ...(images === 1 ? {} : { dependencies: [{ image: 1, version: versionOf(SECOND_VERSION) }] }),
  };
}

function encryptionOf({ encryption }: McubootProfile, { clear = false }): Manner {
  if (encryption === null) return {};
  const imageKey = secret('nrf52840-dk image key').subarray(0, encryption.bits / 8);
  const seed = secret('nrf52840-dk ephemeral key');
  return { encryption: { recipient: imageRecipient(encryptionPem), imageKey, seed, clear } };
}

/** Known to everybody, like the keys of the board. */
function secret(label: string): Uint8Array {
  return Buffer.from(sha256Hex(label), 'hex');
}

/** What a pair's second image is: something that never changes, such as the firmware of a radio. */
export function secondImage(profile: McubootProfile): Image {
  const { key } = mannerOf(profile);
  return buildImage(
    { version: SECOND_VERSION, seed: 1 },
    { ...(key === undefined ? {} : { key }), ...encryptionOf(profile, { clear: true }) },
  );
}

/** Test firmware of the board as it is usually built. */
export const firmware: Firmware = firmwareOf(SOUND_PROFILE);
