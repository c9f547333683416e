import { APP_DESCRIPTOR_MAGIC, encodeAppDescriptor } from '#codecs/esp-app-desc.ts';
import type { EspHeader } from '#codecs/esp-header.ts';
import { encodeEspImage, ESP_IMAGE_MAGIC, sealEspImage, type EspSegment } from '#codecs/esp-image.ts';
import { signEspImage } from '#codecs/esp-secure-boot.ts';
import { securePadded } from '#codecs/esp-secure-pad.ts';
import { buildPayload, PAYLOAD_LENGTH } from '#codecs/payload.ts';
import { digestOf, sha256Hex } from '#core/digest.ts';
import type { Image, ImageSpec } from '#core/image.ts';
import { testKeys } from './keys.ts';

/** `project_name` that a sound board insists on. */
export const PRODUCT = 'assay-esp32';

/** What the golden image is, and what a spec leaves out. */
export const GOLDEN_SPEC: ImageSpec = { name: 'golden 1.2.0', version: '1.2.0', securityCounter: 2 };

const LOAD = { rodata: 0x3f400020, data: 0x3ffb0000, code: 0x40080000 } as const;
const RAM_SEGMENT = 1024;

/** Builds an application image as ESP-IDF would for Secure Boot V2: padded to 64 KiB, with a signature sector behind. */
export function buildImage(spec: ImageSpec): Image {
  const product = spec.product ?? PRODUCT;
  const { name = `assay-fw ${spec.version}`, ...what } = { ...spec, product };
  const elfSha256 = digestOf({ format: 'esp-idf', ...what });
  const buildId = sha256Hex(elfSha256).slice(0, 16);
  const segments = securePadded(
    [
      segment(LOAD.rodata, rodata(spec, product, elfSha256, buildId)),
      segment(LOAD.data, ramContent(elfSha256, 'data')),
      segment(LOAD.code, ramContent(elfSha256, 'code')),
    ],
    2,
  );
  const image = encodeEspImage(sealEspImage({ header: header(segments.length), segments }));
  const bytes = signEspImage(image, testKeys.signing.pem);
  return { name, version: spec.version, bytes, digest: sha256Hex(bytes), identity: elfSha256, buildId };
}

function header(segmentCount: number): EspHeader {
  return {
    magic: ESP_IMAGE_MAGIC,
    segmentCount,
    spiMode: 2,
    spiSpeed: 0,
    spiSize: 2,
    entry: LOAD.code,
    wpPin: 0xee,
    spiPinDrive: new Uint8Array(3),
    chipId: 0,
    minChipRevisionLegacy: 0,
    minChipRevision: 300,
    maxChipRevision: 399,
    reserved: new Uint8Array(4),
    hashAppended: 1,
  };
}

/** Segment 0: descriptor, then the manifest of the test payload, then filler. */
function rodata(spec: ImageSpec, product: string, elfSha256: string, buildId: string): Uint8Array {
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
    maxEfuseBlockRevision: 99,
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
