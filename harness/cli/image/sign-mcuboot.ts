import { UsageError } from '#core/errors.ts';
import { buildMcubootImage, type McubootBuild } from '#codecs/mcuboot-build.ts';
import { isEncrypted } from '#codecs/mcuboot-encryption.ts';
import { HEADER_FLAG } from '#codecs/mcuboot-header.ts';
import { isDefect, parseMcubootImage, type McubootImage } from '#codecs/mcuboot-image.ts';
import { mcubootKey, type McubootKey } from '#codecs/mcuboot-key.ts';
import { mannerOf } from '#codecs/mcuboot-manner.ts';
import { padMcubootImage } from '#codecs/mcuboot-pad.ts';
import { type Tlv, TLV } from '#codecs/mcuboot-tlv.ts';
import { versionOf } from '#codecs/mcuboot-version.ts';
import { startsMcuboot } from './format-mcuboot.ts';
import { withKey, type KeyFile } from './keys.ts';
import type { McubootRequest } from './sign-mcuboot-options.ts';

const HEADER_SIZE = 0x200;

function refused(code: string, message: string, remedy: string): UsageError {
  return new UsageError({ code, message, remedy });
}

/** The code behind the room for the header; with `padHeader` there is none, and it is put in front. */
function codeOf(bytes: Uint8Array, headerSize: number, padHeader: boolean): Uint8Array {
  if (padHeader) return bytes;
  const room = bytes.subarray(0, headerSize);
  const isFree = room.length === headerSize && room.every((byte) => byte === 0);
  if (isFree) return bytes.subarray(headerSize);
  throw new UsageError({
    code: 'header-no-room',
    message: 'the code leaves no room for the header',
    expected: `${headerSize} zero bytes at its start`,
    got: Buffer.from(bytes.subarray(0, 8)).toString('hex'),
    remedy: 'add --pad-header, or name the --header-size that it was linked for',
  });
}

function fresh(bytes: Uint8Array, request: McubootRequest, key: McubootKey): McubootBuild {
  const { version, securityCounter, headerSize = HEADER_SIZE, padHeader } = request;
  if (version === undefined) {
    throw refused('version-missing', 'an image needs a version', 'add --version 1.2.3');
  }
  return {
    version: versionOf(version),
    payload: codeOf(bytes, headerSize, padHeader),
    headerSize,
    key,
    ...(securityCounter === undefined ? {} : { securityCounter }),
    ...request.claims,
  };
}

function imageOf(bytes: Uint8Array): McubootImage {
  const image = parseMcubootImage(bytes);
  if (isDefect(image)) {
    throw refused(
      'image-malformed',
      `the image is malformed: ${image.defect}`,
      'sign the code of it instead',
    );
  }
  if (isEncrypted(image)) {
    throw refused('image-encrypted', 'an encrypted image cannot be signed', 'sign it before it is encrypted');
  }
  if (image.protectedTlvs.some(({ type }) => type === TLV.bootRecord)) {
    const remedy = 'sign the code of it instead';
    throw refused('image-attested', 'its boot record names the key that signed it', remedy);
  }
  return image;
}

function counterOf(image: McubootImage): number | undefined {
  const value = image.protectedTlvs.find(({ type }) => type === TLV.securityCounter)?.value;
  return value?.length === 4 ? Buffer.from(value).readUInt32LE() : undefined;
}

/** The entries of the image that nothing new replaces. */
function kept(entries: readonly Tlv[], { claims }: McubootRequest): readonly Tlv[] {
  const replaced = new Set([
    TLV.securityCounter,
    ...(claims.dependencies === undefined ? [] : [TLV.dependency]),
    ...(claims.vendorId === undefined ? [] : [TLV.vendorId]),
    ...(claims.classId === undefined ? [] : [TLV.classId]),
    ...(claims.protectedTlvs ?? []).map(({ type }) => type),
  ]);
  return [...entries.filter(({ type }) => !replaced.has(type)), ...(claims.protectedTlvs ?? [])];
}

function again(bytes: Uint8Array, request: McubootRequest, key: McubootKey): McubootBuild {
  const image = imageOf(bytes);
  const { header, payload, protectedTlvs } = image;
  const { protectedTlvs: _more, ...claims } = request.claims;
  const securityCounter = request.securityCounter ?? counterOf(image);
  return {
    ...mannerOf(image, key.scheme),
    version: request.version === undefined ? header.version : versionOf(request.version),
    payload,
    headerSize: request.headerSize ?? header.headerSize,
    flags: header.flags,
    protectedTlvs: kept(protectedTlvs, request),
    key,
    ...(securityCounter === undefined ? {} : { securityCounter }),
    ...((header.flags & HEADER_FLAG.romFixed) === 0 ? {} : { romAddress: header.loadAddress }),
    ...((header.flags & HEADER_FLAG.ramLoad) === 0 ? {} : { ramAddress: header.loadAddress }),
    ...claims,
  };
}

/** An MCUboot image of bare code, or of the code of another image. UsageError where it cannot be signed so. */
export function signMcuboot(
  bytes: Uint8Array,
  request: McubootRequest,
  keys: readonly KeyFile[],
): Uint8Array {
  const [file, second] = keys;
  if (file === undefined || second !== undefined) {
    throw refused('key-invalid', 'MCUboot images carry one signature', 'give --key once');
  }
  const key = withKey(file, mcubootKey);
  const build = startsMcuboot(bytes) ? again(bytes, request, key) : fresh(bytes, request, key);
  const { encryption, padding } = request;
  const image = buildMcubootImage({ ...build, ...(encryption === undefined ? {} : { encryption }) });
  return padding === undefined ? image : padMcubootImage(image, padding.shape, padding.what);
}
