import { isAssayError } from '#core/errors.ts';
import {
  APP_DESCRIPTOR_LENGTH,
  APP_DESCRIPTOR_MAGIC,
  cString,
  decodeAppDescriptor,
  type AppDescriptor,
} from '#codecs/esp-app-desc.ts';
import { decodeEspHeader, ESP_HEADER_LENGTH, type EspHeader } from '#codecs/esp-header.ts';
import {
  checkEspImage,
  ESP_IMAGE_MAGIC,
  ESP_MAX_SEGMENTS,
  ESP_SEGMENT_HEADER_LENGTH,
  parseEspImage,
  type EspImage,
} from '#codecs/esp-image.ts';
import {
  keyDigest,
  parseSignatureSector,
  SIGNATURE_BLOCK_LENGTH,
  SIGNATURE_SECTOR_LENGTH,
} from '#codecs/esp-signature-block.ts';
import { chipById } from '#codecs/esp-chip.ts';
import { describeEspImage, type EspDescription } from '#codecs/esp-describe.ts';
import { espPublicKey } from '#codecs/esp-key.ts';
import { keyDigestOfPem } from '#codecs/esp-secure-boot.ts';
import { V1_TRAILER_LENGTH } from '#codecs/esp-secure-boot-v1.ts';
import { verifyEspImage, type EspVerifyOptions } from '#codecs/esp-verify.ts';
import { printable } from '#engine/printable.ts';
import type { Defect, Part } from './description.ts';
import { bytesField, field, hex, hexField, part } from './description.ts';
import type { Verdict } from './check.ts';
import type { Format, Keys, Parts } from './format.ts';
import { withKey, type KeyFile } from './keys.ts';

/** Whether an ESP32 family image starts here. */
export function startsEspImage(bytes: Uint8Array): boolean {
  const header = decodeEspHeader(bytes);
  return (
    header?.magic === ESP_IMAGE_MAGIC && header.segmentCount > 0 && header.segmentCount <= ESP_MAX_SEGMENTS
  );
}

/** The application descriptor of an image, null where it has none: a boot loader, or something else. */
export function appOf(image: EspImage): AppDescriptor | null {
  const first = image.segments[0]?.data ?? new Uint8Array();
  const descriptor = decodeAppDescriptor(first.subarray(0, APP_DESCRIPTOR_LENGTH));
  return descriptor?.magic === APP_DESCRIPTOR_MAGIC ? descriptor : null;
}

/** What is in the header besides, as the vendor's tools call it. */
function flashPart({ flash, bootloader }: EspDescription): readonly Part[] {
  const fields = [field('mode', flash.mode), field('frequency', flash.frequency), field('size', flash.size)];
  if (bootloader === null) return [part('flash', 2, fields)];
  const { version, secureVersion, idfVersion, compiled } = bootloader;
  const own = [
    field('version', version),
    field('secureVersion', secureVersion),
    field('built', compiled),
    field('idfVersion', idfVersion),
  ];
  return [part('flash', 2, fields), part('boot loader', ESP_HEADER_LENGTH + ESP_SEGMENT_HEADER_LENGTH, own)];
}

function headerPart(header: EspHeader): Part {
  const { minChipRevision: least, maxChipRevision: most } = header;
  return part('header', 0, [
    field(
      'chip',
      header.chipId,
      `${chipById(header.chipId)?.title ?? 'unknown chip'} (${hex(header.chipId)})`,
    ),
    hexField('entry', header.entry),
    field('segments', header.segmentCount),
    field('minRevision', least, `v${Math.floor(least / 100)}.${least % 100}`),
    field('maxRevision', most, most === 0 || most === 0xffff ? 'no limit' : `v${most / 100}`),
    field('hashAppended', header.hashAppended !== 0),
  ]);
}

function appPart(app: AppDescriptor): Part {
  return part('application', ESP_HEADER_LENGTH + ESP_SEGMENT_HEADER_LENGTH, [
    field('project', cString(app.projectName)),
    field('version', cString(app.version)),
    field('secureVersion', app.secureVersion),
    field('built', `${cString(app.date)} ${cString(app.time)}`),
    field('idfVersion', cString(app.idfVersion)),
    bytesField('elfSha256', app.elfSha256),
    field('minEfuseRevision', app.minEfuseBlockRevision),
    field('maxEfuseRevision', app.maxEfuseBlockRevision),
  ]);
}

function segmentParts(image: EspImage): { readonly parts: readonly Part[]; readonly end: number } {
  let at = ESP_HEADER_LENGTH;
  const parts = image.segments.map(({ loadAddress, data }, index) => {
    const fields = [hexField('loadAddress', loadAddress), hexField('length', data.length)];
    const one = part(`segment ${index}`, at, fields, data);
    at += ESP_SEGMENT_HEADER_LENGTH + data.length;
    return one;
  });
  return { parts, end: at };
}

function signatureParts(trailer: Uint8Array, at: number): readonly Part[] {
  const sectorAt = (Math.ceil(at / SIGNATURE_SECTOR_LENGTH) * SIGNATURE_SECTOR_LENGTH) >>> 0;
  const sector = trailer.subarray(sectorAt - at, sectorAt - at + SIGNATURE_SECTOR_LENGTH);
  return parseSignatureSector(sector).map((block, index) =>
    part(`signature block ${index}`, sectorAt + index * SIGNATURE_BLOCK_LENGTH, [
      field('version', block.version),
      bytesField('imageDigest', block.digest),
      bytesField('keyDigest', keyDigest(block)),
      bytesField('signature', block.signature),
    ]),
  );
}

function sealPart(image: EspImage, end: number): Part {
  const held = checkEspImage(image);
  return part('checksum', end + image.padding.length, [
    hexField('checksum', image.checksum, held.checksum ? '(right)' : '(WRONG)'),
    ...(image.digest === null
      ? []
      : [bytesField('sha256', image.digest, held.digest === true ? '(right)' : '(WRONG)')]),
  ]);
}

function wholeParts(image: EspImage): readonly Part[] {
  const { header, padding, digest, trailer } = image;
  const app = appOf(image);
  const { parts, end } = segmentParts(image);
  const after = end + padding.length + 1 + (digest?.length ?? 0);
  return [
    headerPart(header),
    ...flashPart(describeEspImage(image)),
    ...(app === null ? [] : [appPart(app)]),
    ...parts,
    sealPart(image, end),
    ...signatureParts(trailer, after),
    ...(trailer.length === 0
      ? []
      : [part('after the image', after, [field('length', trailer.length)], trailer)]),
  ];
}

/** What a codec objects to, as a defect; other errors go on. */
export function defectOf(where: string, error: unknown): Defect {
  if (!isAssayError(error)) throw error;
  const { message, expected = null, got = null } = error;
  return { where, message, expected, got };
}

function titleOf(chip: string, app: AppDescriptor | null, isBootLoader: boolean): string {
  if (app === null) return `${chip} ${isBootLoader ? 'boot loader' : 'image without a descriptor'}`;
  const { projectName, version, secureVersion } = app;
  return `${chip} application ${cString(projectName)} ${cString(version)}, secure version ${secureVersion}`;
}

/** The parts of the image at the start of `bytes`. */
export function espImageParts(bytes: Uint8Array): Parts & { readonly title: string } {
  try {
    const image = parseEspImage(bytes);
    const app = appOf(image);
    const chip = chipById(image.header.chipId)?.title ?? 'ESP32 family';
    const title = titleOf(chip, app, describeEspImage(image).bootloader !== null);
    return { title: printable(title), parts: wholeParts(image), defects: [] };
  } catch (error) {
    const header = decodeEspHeader(bytes);
    return {
      title: 'damaged ESP32 family image',
      parts: header === null ? [] : [headerPart(header)],
      defects: [defectOf('image', error)],
    };
  }
}

function fitsV1(file: KeyFile): boolean {
  return withKey(file, espPublicKey).scheme === 'ecdsa-p256';
}

/** Whether what follows an image can only be the trailer of Secure Boot V1, which only its key tells from noise. */
function endsInV1(bytes: Uint8Array): boolean {
  try {
    const { trailer } = parseEspImage(bytes);
    const isErased = trailer.subarray(V1_TRAILER_LENGTH).every((byte) => byte === 0xff);
    const hasVersion =
      trailer.length >= V1_TRAILER_LENGTH && trailer.subarray(0, 4).every((byte) => byte === 0);
    return hasVersion && isErased;
  } catch (error) {
    if (isAssayError(error)) return false;
    throw error;
  }
}

/** What trust is asked for: with keys, a signature of the kind that the image carries. */
function demands(bytes: Uint8Array, trusted: readonly KeyFile[]): EspVerifyOptions {
  if (trusted.length === 0) return {};
  if (endsInV1(bytes)) return { v1Keys: trusted.filter(fitsV1).map(({ pem }) => pem) };
  return { trusted: trusted.map((file) => withKey(file, keyDigestOfPem)) };
}

/** The checks of the boot loader, and of the ROM, on the image at the start of `bytes`. */
export function verifyEsp(bytes: Uint8Array, { trusted }: Keys): Verdict {
  const { ok, checks } = verifyEspImage(bytes, demands(bytes, trusted));
  const told = checks.map(({ name, result, detail }) => ({ image: '', check: name, result, detail }));
  return { valid: ok, checks: told };
}

/** An application or boot loader of the ESP32 family. */
export const espImage: Format = {
  id: 'esp-image',
  name: 'ESP32 application or boot loader',
  recognises: startsEspImage,
  describe: espImageParts,
  verify: verifyEsp,
};
