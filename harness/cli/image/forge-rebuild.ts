import { UsageError } from '#core/errors.ts';
import type { ImageSpec } from '#core/image.ts';
import {
  APP_DESCRIPTOR_LENGTH,
  decodeAppDescriptor,
  encodeAppDescriptor,
  type AppDescriptor,
} from '#codecs/esp-app-desc.ts';
import { encodeEspImage, type EspSegment, parseEspImage, sealEspImage } from '#codecs/esp-image.ts';
import { classIdOf } from '#codecs/mcuboot-build.ts';
import { encodeMcubootImage } from '#codecs/mcuboot-image.ts';
import { soundMcuboot } from '#fuzz/mcuboot-layout.ts';
import type { KeyFile } from './keys.ts';
import { signEsp } from './sign-esp.ts';
import { signMcuboot } from './sign-mcuboot.ts';

/** Fills what an image grows by; neither erased flash nor zeros. */
const FILLER = 0xa5;

function grown(bytes: Uint8Array, size: number | undefined): Uint8Array {
  if (size === undefined || size <= bytes.length) return bytes;
  const longer = new Uint8Array(size).fill(FILLER);
  longer.set(bytes);
  return longer;
}

/** The image with other claims, signed: what its maker could have made of it. */
export function rebuildMcuboot(base: Uint8Array, spec: Partial<ImageSpec>, key: KeyFile): Uint8Array {
  const image = soundMcuboot(base);
  const payload = grown(image.payload, spec.payloadSize);
  const header = { ...image.header, imageSize: payload.length };
  const request = {
    version: spec.version,
    securityCounter: spec.securityCounter,
    headerSize: undefined,
    padHeader: false,
    claims: spec.product === undefined ? {} : { classId: classIdOf(spec.product) },
    encryption: undefined,
    padding: undefined,
  };
  return signMcuboot(encodeMcubootImage({ ...image, header, payload }), request, [key]);
}

function redescribed(
  data: Uint8Array,
  { version, product, securityCounter }: Partial<ImageSpec>,
): Uint8Array {
  const descriptor = decodeAppDescriptor(data.subarray(0, APP_DESCRIPTOR_LENGTH));
  if (descriptor === null) {
    throw new UsageError({
      code: 'forge-unfit',
      message: 'the image has no application descriptor',
      remedy: 'start from an ESP-IDF application',
    });
  }
  const changed: AppDescriptor = {
    ...descriptor,
    version: version ?? descriptor.version,
    projectName: product ?? descriptor.projectName,
    secureVersion: securityCounter ?? descriptor.secureVersion,
  };
  const result = Uint8Array.from(data);
  result.set(encodeAppDescriptor(changed));
  return result;
}

/** The application with another descriptor, sealed and signed. UsageError where it has no descriptor. */
export function rebuildEsp(base: Uint8Array, spec: Partial<ImageSpec>, key: KeyFile): Uint8Array {
  const { header, segments } = parseEspImage(base);
  const [first, ...others] = segments;
  const size = spec.payloadSize === undefined ? undefined : Math.ceil(spec.payloadSize / 4) * 4;
  const data = grown(redescribed(first?.data ?? new Uint8Array(), spec), size);
  const changed: readonly EspSegment[] = [
    { loadAddress: first?.loadAddress ?? 0, length: data.length, data },
    ...others,
  ];
  return signEsp(encodeEspImage(sealEspImage({ header, segments: changed })), [key]);
}
