import { bytesToHex } from '@noble/hashes/utils.js';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import { parseInitPacket, signedPacket } from '#codecs/dfu-init-packet.ts';
import { dfuSigningKey } from '#codecs/dfu-key.ts';
import { buildDfuPackage, type DfuImage, type DfuPackage, encodeDfuPackage } from '#codecs/dfu-package.ts';
import { type DfuVerification, verifyDfuPackage } from '#codecs/dfu-verify.ts';
import { testSigningKey } from '#codecs/mcuboot-key.ts';
import type { Draw } from '#codecs/peers/draw.ts';
import { packageDisplay } from '#codecs/peers/nrfutil/display.ts';
import { viewDifference } from '#codecs/peers/nrfutil/packets.ts';
import { anyImages } from '#codecs/peers/nrfutil/random.ts';
import { theirPackage } from '#codecs/peers/nrfutil/their-package.ts';
import {
  type Answer,
  coded,
  firstDifference,
  type Nrfutil,
  type NrfutilCase,
  plain,
} from '#codecs/peers/nrfutil/process.ts';

const { pem } = testSigningKey('dfu peer');
const key = dfuSigningKey(pem);
const foreign = dfuSigningKey(testSigningKey('dfu peer, foreign').pem);
const keys = [{ name: 'peer', key }];

function ask(tool: Nrfutil, made: DfuPackage): Promise<Answer> {
  return tool.ask({ do: 'read-package', zip: coded(encodeDfuPackage(made)), pem });
}

function imageAnswer(answer: Answer, { entry }: DfuImage): Answer {
  const images = (answer['images'] ?? {}) as Readonly<Record<string, Answer>>;
  return images[entry.kind] ?? { refused: answer['refused'] ?? `no ${entry.kind}` };
}

function holds({ checks }: DfuVerification, { entry }: DfuImage, name: string): boolean {
  return checks.some(
    ({ check, image, result }) => check === name && image === entry.kind && result === 'holds',
  );
}

/** One image of ours as the tool sees it: values, bytes, verdicts, and the signature that RFC 6979 gives. */
function imageDifference(image: DfuImage, answer: Answer, verification: DfuVerification): string | null {
  const packet = parseInitPacket(image.dat);
  if (isDfuDefect(packet)) return JSON.stringify(packet);
  const view = (answer['packet'] ?? answer) as Answer;
  const signature = packet.signature && bytesToHex(packet.signature.bytes);
  return (
    viewDifference(packet, view) ??
    firstDifference([
      ['written', image.dat, plain(view['written'])],
      ['hash fits', holds(verification, image, 'hash'), answer['hashFits']],
      ['signature fits', holds(verification, image, 'signature'), answer['verified']],
      ['signature', signature ?? answer['signed'], answer['signed']],
    ])
  );
}

async function ourPackage(tool: Nrfutil, random: Draw): Promise<string | null> {
  const isSigned = !random.oneIn(4);
  const made = buildDfuPackage(anyImages(random, key), isSigned ? key : null);
  const answer = await ask(tool, made);
  const verification = verifyDfuPackage(encodeDfuPackage(made), keys);
  const differences = made.images.map((image) =>
    imageDifference(image, imageAnswer(answer, image), verification),
  );
  return (
    differences.find((difference) => difference !== null) ??
    firstDifference([
      ['display', packageDisplay(made), answer['display']],
      ['holds', verification.holds, isSigned],
    ])
  );
}

function flipped(bytes: Uint8Array, random: Draw): Uint8Array {
  const copy = bytes.slice();
  const at = random.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  return copy;
}

type Tampering = (image: DfuImage, random: Draw) => Pick<DfuImage, 'firmware' | 'dat'>;

function resigned(
  { firmware, dat }: DfuImage,
  change: (signature: Uint8Array, signed: Uint8Array) => Uint8Array,
) {
  const packet = parseInitPacket(dat);
  if (isDfuDefect(packet)) return { firmware, dat };
  const signature = packet.signature?.bytes ?? new Uint8Array();
  return { firmware, dat: signedPacket(packet.command, change(signature, packet.signedBytes)) };
}

/** Each breaks the hash or the signature alone. */
const TAMPERINGS: readonly [Tampering, ...Tampering[]] = [
  ({ firmware, dat }, random) => ({ firmware: flipped(firmware, random), dat }),
  (image, random) => resigned(image, (signature) => flipped(signature, random)),
  (image) => resigned(image, (_, signed) => foreign.sign(signed)),
  (image, random) => resigned(image, (_, signed) => key.sign(flipped(signed, random))),
  (image) => resigned(image, (signature) => signature.toReversed()),
];

async function tampered(tool: Nrfutil, random: Draw): Promise<string | null> {
  const made = buildDfuPackage(anyImages(random, key), key);
  const [first, ...others] = made.images;
  if (first === undefined) return 'no image';
  const broken = { ...made, images: [{ ...first, ...random.pick(TAMPERINGS)(first, random) }, ...others] };
  const answer = await ask(tool, broken);
  const verification = verifyDfuPackage(encodeDfuPackage(broken), keys);
  const pairs = broken.images.flatMap((image) => {
    const theirs = imageAnswer(answer, image);
    return [
      ['hash fits', holds(verification, image, 'hash'), theirs['hashFits']],
      ['signature fits', holds(verification, image, 'signature'), theirs['verified']],
    ] as const;
  });
  return firstDifference([...pairs, ['holds', verification.holds, false]]);
}

/** Packages, ours and theirs. */
export const packageCases: readonly NrfutilCase[] = [
  { name: 'our package', run: ourPackage },
  { name: 'tampered package', run: tampered },
  { name: 'their package', run: (tool, random) => theirPackage(tool, random, pem) },
];
