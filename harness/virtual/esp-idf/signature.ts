import { signatureFits } from '#codecs/esp-secure-boot.ts';
import {
  blockScheme,
  blockUsable,
  decodeSignatureBlock,
  keyDigest,
  SIGNATURE_BLOCK_LENGTH,
} from '#codecs/esp-signature-block.ts';

/** What a signature block is worth for one image digest. */
export interface BlockJudgement {
  /** Magic, version and CRC are those of an RSA block: the ESP32 knows no other scheme. */
  readonly usable: boolean;
  readonly keyDigest: Uint8Array;
  /** The image digest that the block itself names. */
  readonly digest: Uint8Array;
  /** The RSA-PSS signature is that of the digest asked about. */
  readonly fits: boolean;
}

const REMEMBERED = 64;

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
    const decoded = decodeSignatureBlock(block);
    if (decoded === null) return null;
    const usable = blockUsable(decoded) && blockScheme(decoded) === 'rsa-3072';
    const judgement = {
      usable,
      keyDigest: keyDigest(decoded),
      digest: decoded.digest,
      fits: usable && signatureFits(decoded, digest),
    };
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(name, judgement);
    return judgement;
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
