import { crc32 } from '#codecs/crc32.ts';
import { signatureFits } from '#codecs/esp-secure-boot.ts';
import {
  decodeSignatureBlock,
  keyDigest,
  SIGNATURE_BLOCK_LENGTH,
  SIGNATURE_ECDSA,
  SIGNATURE_RSA,
  type RsaBlock,
} from '#codecs/esp-signature-block.ts';

/** What a signature block is worth for one image digest. */
export interface BlockJudgement {
  readonly magic: number;
  readonly version: number;
  readonly crcFits: boolean;
  /** The block read as RSA, whatever its version says: the ESP32 knows no other scheme. */
  readonly rsa: RsaBlock;
  readonly keyDigest: Uint8Array;
  /** The RSA-PSS signature is that of the digest asked about, under the block's own key. */
  readonly rsaFits: boolean;
  /** The same for a block that says it is ECDSA, read as such. */
  readonly ecdsaFits: boolean;
}

const REMEMBERED = 64;
const VERSION_AT = 1;
const CRC_AT = 1196;

/**
 * Judges signature blocks. The judgement is a pure function of block and digest, so it is remembered: a power-cut sweep
 * boots the same image thousands of times.
 */
export class SignatureJudge {
  readonly #known = new Map<string, BlockJudgement>();

  /** Null when there are fewer bytes than a block. */
  judge(block: Uint8Array, digest: Uint8Array): BlockJudgement | null {
    if (block.length < SIGNATURE_BLOCK_LENGTH) return null;
    const name = `${latin1(block.subarray(0, SIGNATURE_BLOCK_LENGTH))}${latin1(digest)}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const judgement = judgeBlock(block, digest);
    if (judgement === null) return null;
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(name, judgement);
    return judgement;
  }
}

function judgeBlock(block: Uint8Array, digest: Uint8Array): BlockJudgement | null {
  const asRsa = new Uint8Array(block.subarray(0, SIGNATURE_BLOCK_LENGTH));
  const version = asRsa[VERSION_AT] ?? 0;
  asRsa[VERSION_AT] = SIGNATURE_RSA;
  const rsa = decodeSignatureBlock(asRsa);
  const own = decodeSignatureBlock(block);
  if (rsa?.layout !== 'rsa' || own === null) return null;
  return {
    magic: own.magic,
    version,
    crcFits: own.crc === crc32(block.subarray(0, CRC_AT)),
    rsa,
    keyDigest: keyDigest(rsa),
    rsaFits: signatureFits(rsa, digest),
    ecdsaFits: version === SIGNATURE_ECDSA && signatureFits(own, digest),
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
