import {
  type CheckName,
  type FoundSignature,
  holds,
  type ImageCheck,
  type McubootVerification,
} from '#codecs/mcuboot-check.ts';
import { decryptMcubootImage, isEncrypted } from '#codecs/mcuboot-encryption.ts';
import {
  hashedBytes,
  type ImageDefect,
  isDefect,
  type McubootImage,
  parseMcubootImage,
} from '#codecs/mcuboot-image.ts';
import type { McubootPublicKey } from '#codecs/mcuboot-public-key.ts';
import type { ImageReader } from '#codecs/mcuboot-recipient.ts';
import {
  type FoundHash,
  hashesOf,
  keyEntryCheck,
  signatureCheck,
  signatureFound,
} from '#codecs/mcuboot-signature.ts';
import { tlvName } from '#codecs/mcuboot-tlv-name.ts';
import { TLV, UNPROTECTED_ALLOWED } from '#codecs/mcuboot-tlv.ts';
import { formatVersion } from '#codecs/mcuboot-version.ts';

/** What to verify with. */
export interface VerificationKeys {
  readonly keys: readonly McubootPublicKey[];
  /** For encrypted images. */
  readonly readers?: readonly ImageReader[];
}

const CONTENT_CHECKS = ['hash', 'key', 'signature'] as const;
const HEADER_DEFECTS: ReadonlySet<ImageDefect['defect']> = new Set([
  'too-short',
  'header-magic',
  'header-size',
  'image-size',
]);

/** Says which checks an image passes; never throws, whatever the bytes. */
export function verifyMcubootImage(
  bytes: Uint8Array,
  { keys, readers = [] }: VerificationKeys,
): McubootVerification {
  const image = parseMcubootImage(bytes);
  if (isDefect(image)) return broken(image);
  const version = formatVersion(image.header.version);
  const { protectedTlvs, unprotectedTlvs } = image;
  const { check: decryption, plain } = readable(image, readers);
  const content = plain === null ? unread() : judgeContent(plain, keys);
  const checks = [
    holds('header', `version ${version}`),
    holds('structure', `${protectedTlvs.length} protected and ${unprotectedTlvs.length} other entries`),
    unprotectedCheck(image),
    decryption,
    ...content.checks,
  ];
  return {
    valid: isValid(checks, keys.length > 0),
    checks,
    version,
    hashes: rightHashes(content.hashes),
    signedBy: content.signedBy,
  };
}

interface Content {
  readonly checks: readonly ImageCheck[];
  readonly hashes: readonly FoundHash[];
  readonly signedBy: FoundSignature | null;
}

function judgeContent(image: McubootImage, keys: readonly McubootPublicKey[]): Content {
  const bytes = hashedBytes(image);
  const hashes = hashesOf(image, bytes);
  const signedBy = signatureFound(image, bytes, keys);
  const checks = [hashCheck(hashes), keyEntryCheck(image, keys), signatureCheck(image, keys, signedBy)];
  return { checks, hashes, signedBy };
}

function unread(): Content {
  return { checks: unchecked(CONTENT_CHECKS, 'over the readable payload'), hashes: [], signedBy: null };
}

function isValid(checks: readonly ImageCheck[], keysGiven: boolean): boolean {
  const resultOf = (name: CheckName) => checks.find(({ check }) => check === name)?.result;
  if (checks.some(({ result }) => result === 'fails')) return false;
  return resultOf('hash') === 'holds' && (!keysGiven || resultOf('signature') === 'holds');
}

function unprotectedCheck(image: McubootImage): ImageCheck {
  const check = 'unprotected-entries';
  const stray = image.unprotectedTlvs.filter(({ type }) => !isAllowed(type));
  if (stray.length === 0) return holds(check, 'only kinds that need no signature');
  const names = stray.map(({ type }) => tlvName(type) ?? `0x${type.toString(16).padStart(4, '0')}`);
  return { check, result: 'fails', detail: `outside the signature: ${names.join(', ')}` };
}

function isAllowed(type: number): boolean {
  return UNPROTECTED_ALLOWED.has(type) || type === TLV.pureSignature || type === TLV.encX25519Sha512;
}

interface Readable {
  readonly check: ImageCheck;
  /** Null where it stays unreadable. */
  readonly plain: McubootImage | null;
}

/** The image as it was hashed. The payload may be readable in spite of the flag: in a primary slot it is. */
function readable(image: McubootImage, readers: readonly ImageReader[]): Readable {
  const check = 'decryption';
  if (!isEncrypted(image))
    return { plain: image, check: { check, result: 'absent', detail: 'not encrypted' } };
  if (hashesOf(image, hashedBytes(image)).some(({ isRight }) => isRight)) {
    return { plain: image, check: holds(check, 'marked as encrypted, but readable') };
  }
  if (readers.length === 0) {
    return { plain: null, check: { check, result: 'unchecked', detail: 'encrypted, and no key to read it' } };
  }
  const read = decryptMcubootImage(image, readers);
  if ('trouble' in read) return { plain: null, check: { check, result: 'fails', detail: read.trouble } };
  return { plain: read, check: holds(check, 'decrypted') };
}

function hashCheck(hashes: readonly FoundHash[]): ImageCheck {
  const check = 'hash';
  if (hashes.length === 0) return { check, result: 'fails', detail: 'no hash entry' };
  const wrong = hashes.filter(({ isRight }) => !isRight).map(({ name }) => name);
  if (wrong.length > 0) return { check, result: 'fails', detail: `not of these bytes: ${wrong.join(', ')}` };
  return holds(check, hashes.map(({ name }) => name).join(', '));
}

function rightHashes(hashes: readonly FoundHash[]): McubootVerification['hashes'] {
  const right = hashes.filter(({ isRight }) => isRight);
  return Object.fromEntries(right.map(({ name, computed }) => [name, Buffer.from(computed).toString('hex')]));
}

function broken({ defect, at, expected, got }: ImageDefect): McubootVerification {
  const inHeader = HEADER_DEFECTS.has(defect);
  const detail = `${defect} at ${at}: expected ${expected}, got ${got}`;
  const checks: ImageCheck[] = inHeader
    ? [{ check: 'header', result: 'fails', detail }, ...unchecked(['structure'], 'no header to go by')]
    : [holds('header', 'sizes fit'), { check: 'structure', result: 'fails', detail }];
  checks.push(
    ...unchecked(['unprotected-entries', 'decryption', ...CONTENT_CHECKS], 'cannot be taken apart'),
  );
  return { valid: false, checks, version: null, hashes: {}, signedBy: null };
}

function unchecked(names: readonly CheckName[], detail: string): readonly ImageCheck[] {
  return names.map((check) => ({ check, result: 'unchecked', detail }));
}
