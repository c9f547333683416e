import { rsaKeyPart } from '#codecs/esp-rsa.ts';
import {
  keyDigest,
  SIGNATURE_BLOCK_LENGTH,
  SIGNATURE_BLOCKS,
  SIGNATURE_ECDSA,
  SIGNATURE_MAGIC,
  SIGNATURE_RSA,
} from '#codecs/esp-signature-block.ts';
import { fitsAnyExponent, fitsAsText } from '#virtual/esp-idf/careless-rsa.ts';
import { trustedKeyDigests } from '#virtual/esp-idf/trusted-keys.ts';
import type { BlockJudgement } from '#virtual/esp-idf/signature.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';

const USUAL_EXPONENT = 65537;

/** A signature sector and what it has to sign. */
export interface SignatureQuestion {
  /** SHA-256 of the padded image. */
  readonly digest: Uint8Array;
  /** The application's verifier (mbedTLS) does not look at the digest that a block names; the boot loader's (ROM) does. */
  readonly booting: boolean;
}

interface Check {
  /** The flaw that leaves it out. */
  readonly unless: string;
  readonly holds: (block: BlockJudgement, question: SignatureQuestion, traits: EspTraits) => boolean;
}

const CHECKS: readonly Check[] = [
  { unless: 'block-magic-not-checked', holds: ({ magic }) => magic === SIGNATURE_MAGIC },
  { unless: 'block-version-not-checked', holds: ({ version }) => version === SIGNATURE_RSA },
  { unless: 'block-crc-not-checked', holds: ({ crcFits }) => crcFits },
  { unless: 'key-digest-not-compared', holds: (block, _, traits) => isTrusted(traits, block) },
  {
    unless: 'block-digest-not-compared',
    holds: ({ rsa }, { digest, booting }) => !booting || Buffer.compare(rsa.digest, digest) === 0,
  },
  { unless: 'rsa-not-verified', holds: (block, { digest }, traits) => isSigned(traits, block, digest) },
];

/** Whether a signature sector holds a block that this chip takes for the digest, in the order ROM and application look. */
export function sectorGood(traits: EspTraits, sector: Uint8Array, question: SignatureQuestion): boolean {
  if (traits.flaws.has('esp-idf/blocks-mixed-up')) {
    const blocks = blocksOf(traits, sector, question.digest, SIGNATURE_BLOCKS);
    const signed = blocks.some(({ block, digest }) => isSigned(traits, block, digest));
    return signed && blocks.some(({ block }) => isTrusted(traits, block));
  }
  return blocksOf(traits, sector, question.digest, traits.chip.keySlots).some(({ block, digest }) =>
    blockGood(traits, block, { ...question, digest }),
  );
}

/** Key digests of the blocks whose signature is that of this digest (`calculate_image_public_key_digests`). */
export function signingKeys(
  traits: EspTraits,
  sector: Uint8Array,
  digest: Uint8Array,
): readonly Uint8Array[] {
  return blocksOf(traits, sector, digest, traits.chip.keySlots)
    .filter(({ block }) => block.magic === SIGNATURE_MAGIC && block.version === SIGNATURE_RSA)
    .filter(({ block }) => block.crcFits && block.rsaFits)
    .map(({ block }) => block.keyDigest);
}

/** A block in the sector, and the digest that its signature is held against. */
interface AskedBlock {
  readonly block: BlockJudgement;
  readonly digest: Uint8Array;
}

function blocksOf(
  traits: EspTraits,
  sector: Uint8Array,
  actual: Uint8Array,
  count: number,
): readonly AskedBlock[] {
  // The flaw: the signature is checked against the digest that the block itself brings.
  const believing = traits.flaws.has('esp-idf/signature-digest-trusted');
  return Array.from({ length: count }, (_, i) => {
    const bytes = sector.subarray(i * SIGNATURE_BLOCK_LENGTH);
    const digest = believing ? bytes.subarray(4, 36) : actual;
    const block = traits.signatures.judge(bytes, digest);
    return block === null ? null : { block, digest };
  }).filter((each) => each !== null);
}

function blockGood(traits: EspTraits, block: BlockJudgement, question: SignatureQuestion): boolean {
  const { flaws } = traits;
  if (flaws.has('esp-idf/scheme-from-block') && block.version === SIGNATURE_ECDSA) {
    return block.magic === SIGNATURE_MAGIC && block.crcFits && block.ecdsaFits;
  }
  return CHECKS.every(
    ({ unless, holds }) => flaws.has(`esp-idf/${unless}`) || holds(block, question, traits),
  );
}

function isTrusted(traits: EspTraits, { rsa, keyDigest: full }: BlockJudgement): boolean {
  const found = traits.flaws.has('esp-idf/exponent-not-covered')
    ? keyDigest({ ...rsa, key: rsaKeyPart(rsa.key.modulus.toReversed(), USUAL_EXPONENT) })
    : full;
  return trustedKeyDigests(traits).some((trusted) => Buffer.compare(found, trusted) === 0);
}

function isSigned({ flaws }: EspTraits, { rsa, rsaFits }: BlockJudgement, digest: Uint8Array): boolean {
  if (flaws.has('esp-idf/exponent-not-covered')) return fitsAnyExponent(rsa, digest);
  if (flaws.has('esp-idf/pss-compared-as-text')) return rsaFits || fitsAsText(rsa, digest);
  return rsaFits;
}
