import type { KeyObject } from 'node:crypto';
import { ESP_CHIPS } from '#codecs/esp-chip.ts';
import { encodeEspImage } from '#codecs/esp-image.ts';
import type { SignatureScheme } from '#codecs/esp-key.ts';
import { appendBlocks, keyDigestOfPem, signEspImage } from '#codecs/esp-secure-boot.ts';
import {
  decodeV1Trailer,
  signEspImageV1,
  V1_TRAILER_LENGTH,
  v1SignatureFits,
} from '#codecs/esp-secure-boot-v1.ts';
import {
  parseSignatureSector,
  SIGNATURE_BLOCK_LENGTH,
  SIGNATURE_SECTOR_LENGTH,
  withBlockCrc,
} from '#codecs/esp-signature-block.ts';
import { verifyEspImage } from '#codecs/esp-verify.ts';
import { same, sameBytes, verdict, type CaseWorld } from '#codecs/peers/esptool/case.ts';
import { privatePem, publicPem } from '#codecs/peers/esptool/keys.ts';
import { randomImage } from '#codecs/peers/esptool/make.ts';
import { base64, fromBase64 } from '#codecs/peers/esptool/process.ts';
import type { Draw } from '#codecs/peers/draw.ts';

/** espsecure cannot look for an RSA key among ECDSA blocks or the other way round, so a file holds one scheme. */
const SCHEMES: readonly SignatureScheme[] = ['rsa-3072', 'ecdsa-p192', 'ecdsa-p256', 'ecdsa-p384'];

/** Our signature: espsecure finds each block good, with our key digests, and with no other key. Damaged: it refuses, as we do. */
export async function ourSignatureCase(world: CaseWorld): Promise<readonly string[]> {
  const { random, tools } = world;
  const { image, signers, stranger } = draw(world);
  const signed = signEspImage(image, ...signers.map((key) => privatePem(random, key)));
  const ask = (operation: string, more: object = {}) =>
    tools.ask(operation, { image: base64(signed), ...more });
  const digests = signers.map((key) => keyDigestOfPem(publicPem(key)));
  const chosen = random.pick(signers);
  const verifying = random.chance(50) ? publicPem(chosen) : privatePem(random, chosen);
  const theirDigest = await ask('key_digest', { key: verifying });
  const { lines } = await ask('signatures');
  const broken = damagedSignature(random, signed, image.length);
  return [
    ...verdict('with the right key', true, await ask('verify', { version: '2', key: verifying })),
    ...verdict('with another key', false, await ask('verify', { version: '2', key: publicPem(stranger) })),
    ...same('key digests', digests, digestsIn(lines)),
    ...same('digest of the key', keyDigestOfPem(verifying), theirDigest.digest),
    ...same('our own check', verifyEspImage(signed, { trusted: digests }).ok, true),
    ...verdict(
      'damaged',
      false,
      await tools.ask('verify', {
        version: '2',
        key: publicPem(signers[0] ?? chosen),
        image: base64(broken),
      }),
    ),
    ...same('our check of the damaged', verifyEspImage(broken, { trusted: digests.slice(0, 1) }).ok, false),
  ];
}

/** Their signature: we find it good, and everything but the random part of it is what we write, byte for byte. */
export async function theirSignatureCase(world: CaseWorld): Promise<readonly string[]> {
  const { random, tools } = world;
  const { image, signers } = draw(world);
  const pems = signers.map((key) => privatePem(random, key));
  const sign = (from: Uint8Array, keys: readonly string[], append: boolean) =>
    tools.ask('sign', { version: '2', image: base64(from), keys, append });
  const [first = '', ...others] = pems;
  const inSteps = others.length > 0 && random.chance(50);
  const start = await sign(image, inSteps ? [first] : pems, false);
  const made = inSteps && start.ok ? await sign(fromBase64(start.image), others, true) : start;
  if (!made.ok) return [`sign-data: ${made.error ?? ''}`];
  const theirs = fromBase64(made.image);
  const sector = theirs.length - SIGNATURE_SECTOR_LENGTH;
  const blocks = parseSignatureSector(theirs.subarray(sector));
  const ours = parseSignatureSector(signEspImage(image, ...pems).subarray(sector));
  const patched = ours.map((block, i) =>
    withBlockCrc({ ...block, signature: blocks[i]?.signature ?? block.signature }),
  );
  const trusted = [keyDigestOfPem(random.pick(pems))];
  const { ok, blocks: judged } = verifyEspImage(theirs, { trusted });
  return [
    ...same('our check', [ok, judged.map(({ holds }) => holds)], [true, pems.map(() => true)]),
    ...same(
      'key digests',
      judged.map(({ keyDigest }) => keyDigest),
      pems.map(keyDigestOfPem),
    ),
    ...sameBytes('all but the signatures', appendBlocks(image, patched), theirs),
  ];
}

/** Secure Boot V1 is deterministic on both sides: one file. */
export async function v1Case({ random, tools, keys, chips }: CaseWorld): Promise<readonly string[]> {
  const [esp32] = ESP_CHIPS;
  const theirChip = chips['esp32'];
  if (esp32 === undefined || theirChip === undefined) return ['esptool does not know the ESP32'];
  const image = encodeEspImage(randomImage(random, esp32, theirChip));
  const [signer, stranger] = keys['ecdsa-p256'];
  if (signer === undefined || stranger === undefined) return ['no keys'];
  const ours = signEspImageV1(image, privatePem(random, signer));
  const made = await tools.ask('sign', {
    version: '1',
    image: base64(image),
    keys: [privatePem(random, signer)],
  });
  const verify = (key: string) => tools.ask('verify', { version: '1', image: base64(ours), key });
  const trailer = decodeV1Trailer(fromBase64(made.image).slice(-V1_TRAILER_LENGTH));
  return [
    ...sameBytes('signed file', ours, fromBase64(made.image)),
    ...verdict('with the right key', true, await verify(publicPem(signer))),
    ...verdict('with another key', false, await verify(publicPem(stranger))),
    ...same(
      'our check',
      [
        v1SignatureFits(image, trailer, publicPem(signer)),
        v1SignatureFits(image, trailer, publicPem(stranger)),
      ],
      [true, false],
    ),
  ];
}

interface Drawn {
  readonly image: Uint8Array;
  readonly signers: readonly KeyObject[];
  /** A key of the same scheme that does not sign. */
  readonly stranger: KeyObject;
}

function draw({ random, keys, chips }: CaseWorld): Drawn {
  const chip = random.pick(ESP_CHIPS);
  const theirs = chips[chip.name];
  if (theirs === undefined) throw new RangeError(`esptool does not know ${chip.name}`);
  const image = encodeEspImage(randomImage(random, chip, theirs));
  const ring = keys[random.pick(SCHEMES)];
  const first = random.below(ring.length);
  const turned = [...ring.slice(first), ...ring.slice(0, first)];
  const stranger = turned.pop();
  if (stranger === undefined) throw new RangeError('a ring has several keys');
  return { image, signers: turned.slice(0, 1 + random.below(turned.length)), stranger };
}

/** One bit of the image, or of the used part of the first block. */
function damagedSignature(random: Draw, signed: Uint8Array, imageLength: number): Uint8Array {
  const sector = signed.length - SIGNATURE_SECTOR_LENGTH;
  const at = random.chance(50) ? random.below(imageLength) : sector + random.below(161);
  const bit = 1 << random.below(8);
  const damaged = signed.map((byte, i) => (i === at ? byte ^ bit : byte));
  // Only the first block is to be judged: others would still hold.
  return damaged.fill(0xff, sector + SIGNATURE_BLOCK_LENGTH);
}

function digestsIn(lines: readonly string[]): readonly string[] {
  return lines
    .map((line) => /^Public key digest for block \d: ([0-9a-f ]+)$/.exec(line)?.[1]?.replaceAll(' ', ''))
    .filter((digest) => digest !== undefined);
}
