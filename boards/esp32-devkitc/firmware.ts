import { APP_DESCRIPTOR_MAGIC, encodeAppDescriptor } from '#codecs/esp-app-desc.ts';
import type { EspHeader } from '#codecs/esp-header.ts';
import { encodeEspImage, ESP_IMAGE_MAGIC, sealEspImage, type EspSegment } from '#codecs/esp-image.ts';
import { signEspImage } from '#codecs/esp-secure-boot.ts';
import { securePadded } from '#codecs/esp-secure-pad.ts';
import { buildPayload, PAYLOAD_LENGTH } from '#codecs/payload.ts';
import { digestOf, sha256Hex } from '#core/digest.ts';
import type { Image, ImageSpec } from '#core/image.ts';
import type { ChipModel } from '#virtual/esp-idf/chip-models.ts';
import { testKeys } from './keys.ts';

/** `project_name` that a sound board insists on. */
export const PRODUCT = 'assay-esp32';

/** What the golden image is, and what a spec leaves out. */
export const GOLDEN_SPEC: ImageSpec = { name: 'golden 1.2.0', version: '1.2.0', securityCounter: 2 };

/** Where an image's parts go on a chip, and which revisions of it are meant. */
interface Target {
  readonly chipId: number;
  readonly load: { readonly rodata: number; readonly data: number; readonly code: number };
  readonly revisions: { readonly min: number; readonly max: number; readonly maxBlock: number };
}

const TARGETS: Readonly<Record<ChipModel['name'], Target>> = {
  esp32: {
    chipId: 0,
    load: { rodata: 0x3f400020, data: 0x3ffb0000, code: 0x40080000 },
    revisions: { min: 300, max: 399, maxBlock: 99 },
  },
  esp32s3: {
    chipId: 9,
    load: { rodata: 0x3c000020, data: 0x3fc91000, code: 0x40374000 },
    revisions: { min: 0, max: 99, maxBlock: 199 },
  },
};
const RAM_SEGMENT = 1024;

/** Builds an application image as ESP-IDF would for Secure Boot V2: padded to 64 KiB, with a signature sector behind. */
export function buildImage(spec: ImageSpec, chip: ChipModel['name'] = 'esp32'): Image {
  const target = TARGETS[chip];
  const product = spec.product ?? PRODUCT;
  const { name = `assay-fw ${spec.version}`, ...what } = { ...spec, product };
  const elfSha256 = digestOf({ format: 'esp-idf', ...(chip === 'esp32' ? {} : { chip }), ...what });
  const buildId = sha256Hex(elfSha256).slice(0, 16);
  const segments = securePadded(
    [
      segment(target.load.rodata, rodata(spec, product, elfSha256, buildId, target)),
      segment(target.load.data, ramContent(elfSha256, 'data')),
      segment(target.load.code, ramContent(elfSha256, 'code')),
    ],
    2,
  );
  const image = encodeEspImage(sealEspImage({ header: header(segments.length, target), segments }));
  const bytes = signEspImage(image, testKeys.signing.pem);
  return { name, version: spec.version, bytes, digest: sha256Hex(bytes), identity: elfSha256, buildId };
}

function header(segmentCount: number, { chipId, load, revisions }: Target): EspHeader {
  return {
    magic: ESP_IMAGE_MAGIC,
    segmentCount,
    spiMode: 2,
    spiSpeed: 0,
    spiSize: 2,
    entry: load.code,
    wpPin: 0xee,
    spiPinDrive: new Uint8Array(3),
    chipId,
    minChipRevisionLegacy: 0,
    minChipRevision: revisions.min,
    maxChipRevision: revisions.max,
    reserved: new Uint8Array(4),
    hashAppended: 1,
  };
}

/** Segment 0: descriptor, then the manifest of the test payload, then filler. */
function rodata(
  spec: ImageSpec,
  product: string,
  elfSha256: string,
  buildId: string,
  { revisions }: Target,
): Uint8Array {
  const descriptor = encodeAppDescriptor({
    magic: APP_DESCRIPTOR_MAGIC,
    secureVersion: spec.securityCounter ?? GOLDEN_SPEC.securityCounter ?? 0,
    reserved1: new Uint8Array(8),
    version: spec.version,
    projectName: product,
    time: '00:00:00',
    date: 'Jan  1 2026',
    idfVersion: 'v5.5.1',
    elfSha256: Buffer.from(elfSha256, 'hex'),
    minEfuseBlockRevision: 0,
    maxEfuseBlockRevision: revisions.maxBlock,
    mmuPageSize: 16,
    spiFlashMode: 3,
    reserved2: new Uint8Array(74),
  });
  const behaviour = spec.behaviour ?? 'healthy';
  const size = Math.ceil(Math.max(spec.payloadSize ?? 0x8000, PAYLOAD_LENGTH) / 4) * 4;
  return Buffer.concat([descriptor, buildPayload({ behaviour, buildId, product }, size, spec.seed ?? 0)]);
}

function ramContent(elfSha256: string, which: string): Uint8Array {
  const parts = Array.from({ length: RAM_SEGMENT / 32 }, (_, i) => sha256Hex(`${elfSha256} ${which} ${i}`));
  return Buffer.from(parts.join(''), 'hex');
}

function segment(loadAddress: number, data: Uint8Array): EspSegment {
  return { loadAddress, length: data.length, data };
}
