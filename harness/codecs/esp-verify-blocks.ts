import { hash } from 'node:crypto';
import type { EspImage } from '#codecs/esp-image.ts';
import type { SignatureScheme } from '#codecs/esp-key.ts';
import { signatureFits } from '#codecs/esp-secure-boot.ts';
import {
  blockScheme,
  decodeSignatureBlock,
  hashOfScheme,
  keyDigest,
  SIGNATURE_BLOCK_LENGTH,
  SIGNATURE_BLOCKS,
  SIGNATURE_MAGIC,
  SIGNATURE_SECTOR_LENGTH,
  withBlockCrc,
  type SignatureBlock,
} from '#codecs/esp-signature-block.ts';

/** What a Secure Boot V2 signature block is worth for the image it is attached to. */
export interface BlockVerdict {
  /** Place in the sector: 0, 1 or 2. */
  readonly index: number;
  /** Null when version, hash and curve belong to no scheme. */
  readonly scheme: SignatureScheme | null;
  /** Hex, as burned into the eFuses. */
  readonly keyDigest: string;
  /** The block's CRC is right. */
  readonly crc: boolean;
  /** The digest in the block is that of the padded image. */
  readonly digest: boolean;
  /** The signature is that of the padded image under the block's own key. */
  readonly signature: boolean;
  /** All of the above. */
  readonly holds: boolean;
  /** The key digest is one of those trusted; null when none were given. */
  readonly isTrusted: boolean | null;
}

/** Where the signature sector of a file of this length lies: at the first sector boundary behind the image; null if not there. */
export function signatureSectorAt(image: EspImage, fileLength: number): number | null {
  const end = fileLength - image.trailer.length;
  const at = Math.ceil(end / SIGNATURE_SECTOR_LENGTH) * SIGNATURE_SECTOR_LENGTH;
  return at + SIGNATURE_SECTOR_LENGTH <= fileLength ? at : null;
}

/** Judges the blocks of the sector at `at` that carry the magic byte. */
export function judgeBlocks(
  bytes: Uint8Array,
  at: number | null,
  trusted: readonly string[] | undefined,
): readonly BlockVerdict[] {
  if (at === null) return [];
  const signed = bytes.subarray(0, at);
  const verdicts: BlockVerdict[] = [];
  for (let index = 0; index < SIGNATURE_BLOCKS; index++) {
    const block = decodeSignatureBlock(bytes.subarray(at + index * SIGNATURE_BLOCK_LENGTH));
    if (block?.magic === SIGNATURE_MAGIC) verdicts.push(judge(block, index, signed, trusted));
  }
  return verdicts;
}

function judge(
  block: SignatureBlock,
  index: number,
  signed: Uint8Array,
  trusted: readonly string[] | undefined,
): BlockVerdict {
  const scheme = blockScheme(block);
  const name = Buffer.from(keyDigest(block)).toString('hex');
  const crc = block.crc === withBlockCrc(block).crc;
  const actual = scheme === null ? null : hash(hashOfScheme(scheme), signed, 'buffer');
  const digest = actual !== null && Buffer.compare(actual, block.digest) === 0;
  const signature = actual !== null && signatureFits(block, actual);
  return {
    index,
    scheme,
    keyDigest: name,
    crc,
    digest,
    signature,
    holds: crc && digest && signature,
    isTrusted: trusted === undefined ? null : trusted.some((each) => each.toLowerCase() === name),
  };
}
