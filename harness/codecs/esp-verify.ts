import { isAssayError } from '#core/errors.ts';
import { chipById } from '#codecs/esp-chip.ts';
import { checkEspImage, espChecksum, parseEspImage, type EspImage } from '#codecs/esp-image.ts';
import {
  decodeV1Trailer,
  V1_TRAILER_LENGTH,
  v1KeyDigestOfPem,
  v1SignatureFits,
} from '#codecs/esp-secure-boot-v1.ts';
import { judgeBlocks, signatureSectorAt, type BlockVerdict } from '#codecs/esp-verify-blocks.ts';

/** What an image is checked against. */
export interface EspVerifyOptions {
  /** Chip it is meant for (`chip_id`); left out: any known chip. */
  readonly chipId?: number;
  /**
   * Secure Boot V2 key digests that the eFuses would hold, hex; given, one of them must have signed the image. Left out:
   * signatures are checked, trust is not.
   */
  readonly trusted?: readonly string[];
  /** PEM of keys (private or public, P-256); given, one of them must have signed the image for Secure Boot V1. */
  readonly v1Keys?: readonly string[];
}

/** One thing that was looked at. `absent` is neither good nor bad by itself. */
export interface EspCheck {
  readonly name: 'header' | 'segments' | 'checksum' | 'hash' | 'signature-v1' | 'signature-v2';
  readonly result: 'holds' | 'fails' | 'absent';
  /** For a person. */
  readonly detail: string;
}

/** Which checks of an image hold. Plain values: it can be written as JSON as it is. */
export interface EspVerification {
  /** No check fails, and the signatures that were asked for are there. */
  readonly ok: boolean;
  readonly checks: readonly EspCheck[];
  /** The Secure Boot V2 blocks, in order. */
  readonly blocks: readonly BlockVerdict[];
}

/** Verifies an application or boot loader, any bytes. UsageError only for keys in the options that cannot be read. */
export function verifyEspImage(bytes: Uint8Array, options: EspVerifyOptions = {}): EspVerification {
  let image: EspImage;
  try {
    image = parseEspImage(bytes);
  } catch (error) {
    if (!isAssayError(error) || error.code !== 'esp-image-malformed') throw error;
    const got = error.got === undefined ? '' : `: ${error.got}, expected ${error.expected ?? 'another'}`;
    return { ok: false, checks: [check('header', false, `${error.message}${got}`)], blocks: [] };
  }
  const blocks = judgeBlocks(bytes, signatureSectorAt(image, bytes.length), options.trusted);
  const checks = [
    headerCheck(image, options.chipId),
    segmentCheck(image),
    ...contentChecks(image),
    v1Check(bytes, image, options.v1Keys),
    v2Check(blocks, options.trusted),
  ];
  const demanded = new Set<EspCheck['name']>();
  if (options.trusted !== undefined) demanded.add('signature-v2');
  if (options.v1Keys !== undefined) demanded.add('signature-v1');
  const ok = checks.every(
    ({ name, result }) => result === 'holds' || (result === 'absent' && !demanded.has(name)),
  );
  return { ok, checks, blocks };
}

function headerCheck({ header }: EspImage, wanted: number | undefined): EspCheck {
  const chip = chipById(header.chipId);
  const name = chip?.title ?? `chip id ${header.chipId}, which no chip has`;
  if (wanted !== undefined && wanted !== header.chipId) {
    return check('header', false, `for ${name}, not for ${chipById(wanted)?.title ?? `chip id ${wanted}`}`);
  }
  return check('header', chip !== undefined, `for ${name}`);
}

/** esp_image_format.c, process_segment: lengths are multiples of 4. The padding before the checksum is zeros. */
function segmentCheck({ segments, padding }: EspImage): EspCheck {
  const odd = segments.findIndex(({ length }) => length % 4 !== 0);
  if (odd !== -1) return check('segments', false, `segment ${odd} has a length that is no multiple of 4`);
  if (segments.length === 0) return check('segments', false, 'no segments');
  if (padding.some((byte) => byte !== 0))
    return check('segments', false, 'bytes before the checksum are not zero');
  return check('segments', true, `${segments.length} segments`);
}

function contentChecks(image: EspImage): readonly EspCheck[] {
  const { checksum, digest } = checkEspImage(image);
  const stored = hex(image.checksum);
  const sum = checksum ? stored : `${stored} stored, ${hex(espChecksum(image.segments))} computed`;
  if (digest === null) {
    return [check('checksum', checksum, sum), { name: 'hash', result: 'absent', detail: 'none appended' }];
  }
  const text = Buffer.from(image.digest ?? []).toString('hex');
  return [
    check('checksum', checksum, sum),
    check('hash', digest, digest ? text : `${text} stored, but not that of the file`),
  ];
}

/** The boot loader looks for the trailer right behind the image, whatever follows it. */
function v1Check(bytes: Uint8Array, image: EspImage, keys: readonly string[] | undefined): EspCheck {
  const raw = image.trailer.subarray(0, V1_TRAILER_LENGTH);
  if (raw.length < V1_TRAILER_LENGTH) return absent('signature-v1', 'no trailer');
  const trailer = decodeV1Trailer(raw);
  if (keys === undefined) return absent('signature-v1', 'no key given to look for one with');
  const signed = bytes.subarray(0, bytes.length - image.trailer.length);
  const key = keys.find((pem) => v1SignatureFits(signed, trailer, pem));
  if (key === undefined) return check('signature-v1', false, 'by none of the keys given');
  return check('signature-v1', true, `by key ${v1KeyDigestOfPem(key)}`);
}

function v2Check(blocks: readonly BlockVerdict[], trusted: readonly string[] | undefined): EspCheck {
  if (blocks.length === 0) return absent('signature-v2', 'no signature block');
  const good = blocks.filter(({ holds }) => holds);
  const accepted = trusted === undefined ? good : good.filter(({ isTrusted }) => isTrusted === true);
  if (accepted.length > 0) {
    return check('signature-v2', true, `by key ${accepted.map(({ keyDigest }) => keyDigest).join(', ')}`);
  }
  const reason = good.length > 0 ? 'only by keys that are not trusted' : 'no block holds';
  return check('signature-v2', false, reason);
}

function check(name: EspCheck['name'], holds: boolean, detail: string): EspCheck {
  return { name, result: holds ? 'holds' : 'fails', detail };
}

function absent(name: EspCheck['name'], detail: string): EspCheck {
  return { name, result: 'absent', detail };
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
