import { decodeBootRecord } from '#codecs/mcuboot-boot-record.ts';
import { decodeDependency } from '#codecs/mcuboot-dependency.ts';
import { HEADER_FLAG, HEADER_LENGTH, HEADER_MAGIC, decodeHeader } from '#codecs/mcuboot-header.ts';
import type { McubootHeader } from '#codecs/mcuboot-header.ts';
import { imageIdentity, isDefect, parseMcubootImage } from '#codecs/mcuboot-image.ts';
import type { McubootImage } from '#codecs/mcuboot-image.ts';
import { decodePayload } from '#codecs/payload.ts';
import { TLV, TLV_HEADER, tlvAreaSize, type Tlv } from '#codecs/mcuboot-tlv.ts';
import { mcubootPublicKey } from '#codecs/mcuboot-public-key.ts';
import { tlvName } from '#codecs/mcuboot-tlv-name.ts';
import { verifyMcubootImage } from '#codecs/mcuboot-verify.ts';
import { formatVersion } from '#codecs/mcuboot-version.ts';
import type { Field, Part } from './description.ts';
import { bytesField, field, hex, hexField, numbered, part, shortHex } from './description.ts';
import type { Verdict } from './check.ts';
import type { Format, Keys, Parts } from './format.ts';
import { withKey } from './keys.ts';

/** Whether an MCUboot image starts here. */
export function startsMcuboot(bytes: Uint8Array): boolean {
  return decodeHeader(bytes)?.magic === HEADER_MAGIC;
}

function flagNames(flags: number): string {
  const names = Object.entries(HEADER_FLAG).flatMap(([name, bit]) => ((flags & bit) === 0 ? [] : [name]));
  return names.length === 0 ? '' : `(${names.join(', ')})`;
}

function headerPart(header: McubootHeader): Part {
  return part('header', 0, [
    hexField('magic', header.magic),
    field('version', formatVersion(header.version)),
    hexField('loadAddress', header.loadAddress),
    hexField('headerSize', header.headerSize),
    hexField('imageSize', header.imageSize, `(${header.imageSize} bytes)`),
    hexField('protectedSize', header.protectedSize),
    hexField('flags', header.flags, flagNames(header.flags)),
    ...(header.pad === 0 ? [] : [hexField('pad', header.pad)]),
  ]);
}

function meaning(type: number, value: Uint8Array): string {
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  if (type === TLV.securityCounter && value.length === 4) return String(view.getUint32(0, true));
  if (type === TLV.dependency) {
    const needs = decodeDependency(value);
    if (needs !== null) return `image ${needs.image} from ${formatVersion(needs.version)} on`;
  }
  if (type === TLV.bootRecord) {
    const record = decodeBootRecord(value);
    if (record !== null) return `${record.softwareType} ${record.version}, ${record.measurementType}`;
  }
  return shortHex(value);
}

function tlvFields(tlvs: readonly Tlv[]): readonly Field[] {
  const names = numbered(tlvs.map(({ type }) => tlvName(type) ?? hex(type)));
  return tlvs.map(({ type, value }, index) => {
    const { value: bytes } = bytesField('', value);
    const json = { type, length: value.length, hex: bytes };
    return field(names[index] ?? '', json, `${hex(type)}: ${meaning(type, value)}`);
  });
}

function payloadPart(image: McubootImage): Part {
  const manifest = decodePayload(image.payload);
  const fields = [
    field('length', image.payload.length, `${image.payload.length} bytes`),
    ...(manifest === null
      ? []
      : [
          field('product', manifest.product),
          field('buildId', manifest.buildId),
          field('behaviour', manifest.behaviour),
        ]),
  ];
  return part('payload', image.header.headerSize, fields, image.payload);
}

function areas(image: McubootImage): readonly Part[] {
  const { header, protectedTlvs, unprotectedTlvs, rest, headerPadding } = image;
  const at = header.headerSize + header.imageSize;
  const after = at + header.protectedSize;
  const end = after + tlvAreaSize(unprotectedTlvs);
  const blank = rest.every((byte) => byte === 0xff);
  return [
    ...(headerPadding.length === 0
      ? []
      : [part('header padding', HEADER_LENGTH, [field('length', headerPadding.length)], headerPadding)]),
    payloadPart(image),
    ...(header.protectedSize < TLV_HEADER ? [] : [part('protected TLVs', at, tlvFields(protectedTlvs))]),
    part('unprotected TLVs', after, tlvFields(unprotectedTlvs)),
    ...(rest.length === 0
      ? []
      : [part('after the image', end, [field('length', rest.length), field('erased', blank)], rest)]),
  ];
}

/** Header, areas and payload of the image at the start of `bytes`. */
export function mcubootParts(bytes: Uint8Array): Parts {
  const parsed = parseMcubootImage(bytes);
  if (!isDefect(parsed)) return { parts: [headerPart(parsed.header), ...areas(parsed)], defects: [] };
  const header = decodeHeader(bytes);
  const { defect, at, expected, got } = parsed;
  return {
    parts: header === null ? [] : [headerPart(header)],
    defects: [{ where: `offset ${hex(at)}`, message: `the image is malformed: ${defect}`, expected, got }],
  };
}

function titleOf(bytes: Uint8Array): string {
  const parsed = parseMcubootImage(bytes);
  if (isDefect(parsed)) return 'damaged MCUboot image';
  const identity = imageIdentity(parsed);
  const hash = identity === null ? 'no SHA-256' : `SHA-256 ${identity.slice(0, 16)}…`;
  return `MCUboot image ${formatVersion(parsed.header.version)}, ${hash}`;
}

/** The checks of MCUboot on the image at the start of `bytes`. */
export function verifyMcuboot(bytes: Uint8Array, { trusted, readers }: Keys): Verdict {
  const keys = trusted.map((file) => withKey(file, mcubootPublicKey));
  const { valid, checks } = verifyMcubootImage(bytes, { keys, readers });
  return { valid, checks: checks.map(({ check, result, detail }) => ({ image: '', check, result, detail })) };
}

/** A signed or unsigned MCUboot image. */
export const mcuboot: Format = {
  id: 'mcuboot',
  name: 'MCUboot image',
  recognises: startsMcuboot,
  describe: (bytes) => ({ title: titleOf(bytes), ...mcubootParts(bytes) }),
  verify: verifyMcuboot,
};
