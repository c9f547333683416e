import { canonical } from '#core/canonical.ts';
import { sha256Hex } from '#core/digest.ts';
import { UsageError } from '#core/errors.ts';
import type { Image, ImageSpec } from '#core/image.ts';
import { classIdOf, layOutMcubootImage } from '#codecs/mcuboot-build.ts';
import {
  encodeMcubootImage,
  imageIdentity,
  isDefect,
  type McubootImage,
  parseMcubootImage,
} from '#codecs/mcuboot-image.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { trailerOffsets } from '#codecs/mcuboot-trailer.ts';
import { formatVersion, versionOf } from '#codecs/mcuboot-version.ts';
import { buildPayload, encodePayload, PAYLOAD_LENGTH } from '#codecs/payload.ts';
import type { FirmwareChip } from './chips.ts';
import { rsaTestKeys } from './keys.ts';

/** Zephyr's ROM_START_OFFSET: bytes in front of the payload. */
export const HEADER_SIZE = 0x200;

/** Where the application's code is linked to: behind image header and manifest of slot 0. */
export function codeAddress({ slot0 }: FirmwareChip): number {
  return slot0.offset + HEADER_SIZE + PAYLOAD_LENGTH;
}

/** Product that a chip's boot loader insists on. */
export function productOf({ board }: FirmwareChip): string {
  return `assay-${board}`;
}

/** Largest image that the boot loader has room to swap: one page less than what lies below the trailer. */
export function maxImageSize(chip: FirmwareChip): number {
  const { page, word } = chip.flash;
  const shape = { slotSize: chip.slot0.size, maxAlign: 8, writeSize: word, maxSectors: chip.maxSectors };
  return (Math.floor(trailerOffsets(shape).status / page) - 1) * page;
}

const signing = mcubootKey(rsaTestKeys.signing.pem);

/** What an image is when the spec does not say: the golden one. */
export const goldenSpec = {
  version: '1.2.0+0',
  securityCounter: 2,
  behaviour: 'healthy',
  seed: 0,
} as const satisfies ImageSpec;

/** What is hashed and signed; the header alone is a mistake. */
export type Hashed = 'image' | 'header';

/** A signed image around compiled code, of any size. The same code and spec give the same bytes. */
export function buildFirmwareImage(
  chip: FirmwareChip,
  code: Uint8Array,
  spec: ImageSpec,
  hashed: Hashed = 'image',
): Image {
  const whole = { ...goldenSpec, product: productOf(chip), ...spec };
  const version = versionOf(whole.version);
  const buildId = sha256Hex(canonical({ ...whole, name: undefined, code: sha256Hex(code) })).slice(0, 16);
  const sound = layOutMcubootImage({
    version,
    payload: payloadOf(code, { ...whole, buildId }),
    headerSize: HEADER_SIZE,
    securityCounter: whole.securityCounter,
    classId: classIdOf(whole.product),
    key: signing,
  });
  const bytes = encodeMcubootImage(hashed === 'image' ? sound : signedByHeader(sound));
  return {
    name: whole.name ?? `update ${whole.version}`,
    version: formatVersion(version),
    bytes,
    digest: sha256Hex(bytes),
    identity: identityOf(bytes),
    buildId,
  };
}

/** The same with hash and signature over the header alone. */
function signedByHeader(image: McubootImage): McubootImage {
  const digest = Buffer.from(sha256Hex(encodeMcubootImage(image).subarray(0, HEADER_SIZE)), 'hex');
  const anew = new Map<number, Uint8Array>([
    [TLV.sha256, digest],
    [TLV.rsa2048Pss, signing.sign(digest)],
  ]);
  const unprotectedTlvs = image.unprotectedTlvs.map(({ type, value }) => ({
    type,
    value: anew.get(type) ?? value,
  }));
  return { ...image, unprotectedTlvs };
}

type Whole = ImageSpec & Required<Pick<ImageSpec, 'behaviour' | 'product' | 'seed'>> & { buildId: string };

/** Manifest, code, and filler up to the size that is asked for. */
function payloadOf(code: Uint8Array, { behaviour, product, seed, buildId, payloadSize }: Whole): Uint8Array {
  const needed = PAYLOAD_LENGTH + code.length;
  const payload = buildPayload({ behaviour, buildId, product }, Math.max(needed, payloadSize ?? 0), seed);
  payload.set(encodePayload({ behaviour, buildId, product }));
  payload.set(code, PAYLOAD_LENGTH);
  return payload;
}

function identityOf(bytes: Uint8Array): string {
  const parsed = parseMcubootImage(bytes);
  return (isDefect(parsed) ? null : imageIdentity(parsed)) ?? '';
}

/** UsageError where an image that is to be installed has no room in the chip's slots. */
export function demandRoom(chip: FirmwareChip, { bytes }: Image): void {
  const limit = maxImageSize(chip);
  if (bytes.length <= limit) return;
  throw new UsageError({
    code: 'firmware-image-too-large',
    message: 'the image is larger than the slot has room for',
    expected: `at most ${limit} bytes with header and signature`,
    got: `${bytes.length} bytes`,
    remedy: 'ask for a smaller payload, or give the chip larger slots in boards/microbit/firmware/chips.ts',
  });
}
