import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { encodeIntelHex, flattenHex, type HexSegment, parseIntelHex } from '#codecs/intel-hex.ts';
import { layOutMcubootImage } from '#codecs/mcuboot-build.ts';
import { encryptionFlag } from '#codecs/mcuboot-encryption.ts';
import { encodeMcubootImage, isDefect, type McubootImage, parseMcubootImage } from '#codecs/mcuboot-image.ts';
import { padMcubootImage } from '#codecs/mcuboot-pad.ts';
import { imageRecipient } from '#codecs/mcuboot-recipient.ts';
import { SCHEMES } from '#codecs/mcuboot-scheme.ts';
import { MAGIC_LENGTH, trailerOffsets } from '#codecs/mcuboot-trailer.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { verifyMcubootImage } from '#codecs/mcuboot-verify.ts';
import { type ImageCase, SLOT } from '#codecs/peers/imgtool/cases.ts';
import type { Draw } from '#codecs/peers/draw.ts';
import { expectedDump } from '#codecs/peers/imgtool/dump.ts';
import type { SweepKeys } from '#codecs/peers/imgtool/keys.ts';
import type { ImgtoolServer } from '#codecs/peers/imgtool/server.ts';

/** Where a comparison happens. */
export interface Workshop {
  readonly folder: string;
  readonly server: ImgtoolServer;
  readonly keys: SweepKeys;
}

const ENCRYPTION_TYPES: ReadonlySet<number> = new Set([
  TLV.encRsa2048,
  TLV.encEc256,
  TLV.encX25519,
  TLV.encX25519Sha512,
]);
const SIGNATURE_TYPES: ReadonlySet<number> = new Set(Object.values(SCHEMES).map(({ tlv }) => tlv));

/** Makes one image on both sides and lets each judge the other's; the first difference, or null. */
export async function compareImage(shop: Workshop, image: ImageCase, draw: Draw): Promise<string | null> {
  return (await theirsHere(shop, image, draw)) ?? (await oursThere(shop, image, draw));
}

async function theirsHere(shop: Workshop, image: ImageCase, draw: Draw): Promise<string | null> {
  const out = join(shop.folder, image.hexOut ? 'theirs.hex' : 'theirs.bin');
  const base = (image.hexIn ?? 0x10_0000) + draw.below(0x1000);
  const signed = await shop.server.run('sign', ...signOptions(shop, image, base), input(shop, image), out);
  if (signed.code !== 0) return `imgtool sign: ${signed.out}`;
  const file = readFileSync(out);
  const bytes = image.hexOut ? fromHex(file.toString('latin1'), image) : Uint8Array.from(file);
  if (typeof bytes === 'string') return bytes;
  const theirs = parseMcubootImage(bytes);
  if (isDefect(theirs)) return `theirs does not parse: ${JSON.stringify(theirs)}`;
  if (!isDeepStrictEqual(encodeMcubootImage(theirs), bytes)) return 'theirs does not encode back';
  const trouble = verifyTheirs(shop, image, bytes);
  if (trouble !== null) return trouble;
  const expected = withTheirLuck(shop, image, theirs, draw);
  if (typeof expected === 'string') return expected;
  const rebuilt = image.hexOut ? Buffer.from(asHex(expected, image, base)) : fill(expected, image);
  return Buffer.compare(rebuilt, file) === 0 ? null : 'theirs and ours are not the same bytes';
}

async function oursThere(shop: Workshop, image: ImageCase, draw: Draw): Promise<string | null> {
  const built = buildOurs(shop, image, draw.bytes(image.encryption?.keyLength ?? 16), draw);
  const bytes = encodeMcubootImage(built);
  const slot = fill(bytes, image);
  const path = put(shop, 'ours.bin', slot);
  const dumped = await shop.server.run('dumpinfo', '-f', 'json', path);
  const expected = expectedDump('ours.bin', built, slot, image.padding?.shape ?? null);
  if (dumped.code !== 0 || !isDeepStrictEqual(JSON.parse(dumped.out), expected)) {
    return `imgtool dumps ours differently: ${dumped.out} instead of ${JSON.stringify(expected)}`;
  }
  const plain = image.encryption !== null && !image.encryption.clear ? join(shop.folder, 'plain.bin') : path;
  if (plain !== path && image.encryption !== null) {
    const key = put(shop, 'reader.pem', shop.keys.encryption[image.encryption.kind].pem);
    const read = await shop.server.decrypt(path, key, plain);
    if (read.code !== 0) return `theirs cannot decrypt ours: ${read.out}`;
  }
  const verified = await shop.server.run('verify', ...keyOptions(shop, image), plain);
  return verified.code === 0 ? null : `imgtool refuses ours: ${verified.out}`;
}

function verifyTheirs(shop: Workshop, image: ImageCase, bytes: Uint8Array): string | null {
  const keys = image.signer === null ? [] : [shop.keys.signing[image.signer].key];
  const readers = Object.values(shop.keys.encryption).map(({ reader }) => reader);
  const verified = verifyMcubootImage(bytes, { keys, readers });
  if (!verified.valid) return `theirs does not verify: ${JSON.stringify(verified.checks)}`;
  const foreign = Object.entries(shop.keys.signing)
    .filter(([scheme]) => scheme !== image.signer)
    .map(([, { key }]) => key);
  const stranger = verifyMcubootImage(bytes, { keys: foreign, readers });
  return stranger.valid ? 'theirs verifies with other keys' : null;
}

/** Our image with what is random in theirs: image key, key entry, and signatures but Ed25519's. */
function withTheirLuck(
  shop: Workshop,
  image: ImageCase,
  theirs: McubootImage,
  draw: Draw,
): Uint8Array | string {
  let imageKey = new Uint8Array(image.encryption?.keyLength ?? 16);
  if (image.encryption !== null) {
    const { reader } = shop.keys.encryption[image.encryption.kind];
    const entry = theirs.unprotectedTlvs.find(({ type }) => ENCRYPTION_TYPES.has(type));
    const found = entry === undefined ? null : reader.unwrap(entry);
    if (found === null) return 'the image key of theirs cannot be read';
    if ((theirs.header.flags & encryptionFlag(found)) === 0)
      return 'the image key of theirs is of another length';
    imageKey = Uint8Array.from(found);
  }
  const ours = buildOurs(shop, image, imageKey, draw);
  const unprotectedTlvs = ours.unprotectedTlvs.map((tlv) => {
    const isRandom =
      ENCRYPTION_TYPES.has(tlv.type) || (SIGNATURE_TYPES.has(tlv.type) && tlv.type !== TLV.ed25519);
    const counterpart = theirs.unprotectedTlvs.find(({ type }) => type === tlv.type);
    return isRandom && counterpart !== undefined ? counterpart : tlv;
  });
  return encodeMcubootImage({ ...ours, unprotectedTlvs });
}

function buildOurs(shop: Workshop, image: ImageCase, imageKey: Uint8Array, draw: Draw): McubootImage {
  const key = image.signer === null ? null : shop.keys.signing[image.signer].key;
  if (image.encryption === null) return layOutMcubootImage({ ...image.build, key });
  const { kind, hash, clear } = image.encryption;
  const recipient = imageRecipient(shop.keys.encryption[kind].publicPem, hash);
  const encryption = { recipient, imageKey, seed: draw.bytes(32), clear };
  return layOutMcubootImage({ ...image.build, key, encryption });
}

function fill(bytes: Uint8Array, { padding }: ImageCase): Uint8Array {
  return padding === null ? bytes : padMcubootImage(bytes, padding.shape, padding.what);
}

function fromHex(text: string, { build }: ImageCase): Uint8Array | string {
  const file = parseIntelHex(text);
  if ('defect' in file) return `their HEX does not parse: ${JSON.stringify(file)}`;
  if (encodeIntelHex(file) !== text) return 'their HEX does not encode back';
  return flattenHex(file, SLOT, build.erased)?.bytes ?? 'their HEX is too long';
}

/** As imgtool writes a padded HEX file: the image, image_ok where it is told to, the magic; nothing between. */
function asHex(bytes: Uint8Array, { padding }: ImageCase, base: number): string {
  const segments: HexSegment[] = [{ address: base, bytes }];
  if (padding !== null) {
    const slot = padMcubootImage(bytes, padding.shape, padding.what);
    const { imageOk, magic } = trailerOffsets(padding.shape);
    const { maxAlign, mode } = padding.shape;
    const hasFlag = padding.option !== '--pad' && mode !== 'overwrite';
    const isJoined = hasFlag && imageOk + maxAlign === magic;
    if (hasFlag && !isJoined) segments.push(piece(base, slot, imageOk, imageOk + maxAlign));
    segments.push(piece(base, slot, isJoined ? imageOk : magic, magic + MAGIC_LENGTH));
  }
  return encodeIntelHex({ segments, start: null });
}

function piece(base: number, slot: Uint8Array, from: number, to: number): HexSegment {
  return { address: base + from, bytes: slot.slice(from, to) };
}

function input(shop: Workshop, { build, hexIn }: ImageCase): string {
  if (hexIn === null) return put(shop, 'payload.bin', build.payload);
  const segments = [{ address: hexIn, bytes: build.payload }];
  return put(shop, 'payload.hex', encodeIntelHex({ segments, start: null }));
}

function signOptions(shop: Workshop, image: ImageCase, base: number): readonly string[] {
  const { options, encryption } = image;
  const recipient =
    encryption === null
      ? []
      : ['-E', put(shop, 'recipient.pem', shop.keys.encryption[encryption.kind].publicPem)];
  const place = image.hexOut ? ['--hex-addr', String(base)] : [];
  const padding = image.padding === null ? [] : [image.padding.option];
  return [...keyOptions(shop, image), ...options, ...padding, '--pad-header', ...recipient, ...place];
}

function keyOptions(shop: Workshop, { signer }: ImageCase): readonly string[] {
  return signer === null ? [] : ['-k', put(shop, 'key.pem', shop.keys.signing[signer].pem)];
}

function put({ folder }: Workshop, name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
