import { hash } from 'node:crypto';
import { espWord } from '#codecs/esp-loader.ts';

/** A read of flash through the stub: a packet, its acknowledgement, and so on; then the digest of all. */
export class FlashReading {
  readonly #content: Uint8Array;
  readonly #packet: number;
  #sent = 0;
  #acknowledged = 0;
  #isDigestSent = false;

  constructor(content: Uint8Array, packet: number) {
    this.#content = content;
    this.#packet = packet;
  }

  /** Whether the digest has gone out. */
  get done(): boolean {
    return this.#isDigestSent;
  }

  /** The frame that is next. */
  next(): Uint8Array {
    if (this.#acknowledged >= this.#content.length) {
      this.#isDigestSent = true;
      return hash('md5', this.#content, 'buffer');
    }
    const piece = this.#content.subarray(this.#sent, this.#sent + this.#packet);
    this.#sent += piece.length;
    return piece;
  }

  /** Takes the host's count of bytes; false where it is not what lets the next packet go. */
  acknowledge(frame: Uint8Array): boolean {
    if (frame.length !== 4) return false;
    this.#acknowledged = espWord(frame, 0);
    return this.#acknowledged >= this.#sent;
  }
}
