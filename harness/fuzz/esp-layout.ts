import { InternalError } from '#core/errors.ts';
import {
  APP_DESCRIPTOR_AT,
  cString,
  decodeAppDescriptor,
  encodeAppDescriptor,
  type AppDescriptor,
} from '#codecs/esp-app-desc.ts';
import { appendBlocks, signEspImage } from '#codecs/esp-secure-boot.ts';
import {
  encodeEspImage,
  ESP_SEGMENT_HEADER_LENGTH,
  parseEspImage,
  sealEspImage,
  type EspImage,
  type EspSegment,
} from '#codecs/esp-image.ts';
import { ESP_HEADER_LENGTH, type EspHeader } from '#codecs/esp-header.ts';
import {
  decodeSignatureBlock,
  SIGNATURE_SECTOR_LENGTH,
  withBlockCrc,
  type RsaBlock,
} from '#codecs/esp-signature-block.ts';

/** Offsets of a signed image's parts. */
export interface EspOffsets {
  readonly segmentData: number;
  /** Header of the second segment. */
  readonly secondSegment: number;
  readonly checksum: number;
  readonly digest: number;
  readonly signature: number;
}

/** Takes the base of a forgery apart. PeerError when it is no image: forgeries start from sound ones. */
export function soundEsp(base: Uint8Array): EspImage {
  return parseEspImage(base);
}

/** Where the parts of a signed image lie. */
export function espOffsets(base: Uint8Array): EspOffsets {
  const image = soundEsp(base);
  const [first] = image.segments;
  const digestEnd = base.length - image.trailer.length;
  const digest = digestEnd - (image.digest?.length ?? 0);
  const segmentData = ESP_HEADER_LENGTH + ESP_SEGMENT_HEADER_LENGTH;
  return {
    segmentData,
    secondSegment: segmentData + (first?.data.length ?? 0),
    checksum: digest - 1,
    digest,
    signature: Math.ceil(digestEnd / SIGNATURE_SECTOR_LENGTH) * SIGNATURE_SECTOR_LENGTH,
  };
}

/** Header and segments of an image, checksum and hash made to fit, the old signature sector behind it. */
export function resealed(base: Uint8Array, image: Pick<EspImage, 'header' | 'segments'>): Uint8Array {
  const { signature } = espOffsets(base);
  const sealed = encodeEspImage(sealEspImage(image));
  const padded = new Uint8Array(Math.max(signature, sealed.length)).fill(0xff);
  padded.set(sealed);
  return Buffer.concat([padded, base.subarray(signature)]);
}

/** The image with another header, everything made to fit and signed with this key. */
export function reissued(base: Uint8Array, header: Partial<EspHeader>, pem: string): Uint8Array {
  const image = soundEsp(base);
  return signedEsp({ ...image, header: { ...image.header, ...header } }, pem);
}

/** Header and segments, completed and signed with this key. */
export function signedEsp(image: Pick<EspImage, 'header' | 'segments'>, pem: string): Uint8Array {
  return signEspImage(encodeEspImage(sealEspImage(image)), pem);
}

/** The same segments but for one, which is changed as told. */
export function withSegment(
  image: EspImage,
  index: number,
  change: Partial<EspSegment>,
): Pick<EspImage, 'header' | 'segments'> {
  const segments = image.segments.map((segment, i) => (i === index ? { ...segment, ...change } : segment));
  return { header: image.header, segments };
}

/** The image with its application description changed as told. */
export function withDescriptor(
  base: Uint8Array,
  change: Partial<AppDescriptor>,
): Pick<EspImage, 'header' | 'segments'> {
  const image = soundEsp(base);
  const data = Uint8Array.from(image.segments[0]?.data ?? []);
  const descriptor = decodeAppDescriptor(data);
  if (descriptor !== null) data.set(encodeAppDescriptor({ ...descriptor, ...change }));
  return withSegment(image, 0, { data });
}

/** The project name in the application description. */
export function projectOf(base: Uint8Array): string {
  return cString(decodeAppDescriptor(base.subarray(APP_DESCRIPTOR_AT))?.projectName ?? '');
}

/** What is signed: the image without its signature sector. */
export function bodyOf(base: Uint8Array): Uint8Array {
  return base.slice(0, espOffsets(base).signature);
}

/** The image with its signature block changed as told and the block's CRC made to fit. */
export function withBlock(base: Uint8Array, change: (block: RsaBlock) => RsaBlock): Uint8Array {
  return appendBlocks(bodyOf(base), [withBlockCrc(change(blockOf(base)))]);
}

/** The first signature block. InternalError when the base is not signed with RSA. */
export function blockOf(base: Uint8Array): RsaBlock {
  const block = decodeSignatureBlock(base.subarray(espOffsets(base).signature));
  if (block?.layout === 'rsa') return block;
  throw new InternalError({
    code: 'forge-base',
    message: 'the base image has no RSA signature block',
    remedy: 'give the forger an image as the board builds it, signed for Secure Boot V2',
  });
}
