import type { Loader } from '#virtual/mcuboot/loader.ts';
import { sameBytes } from '#virtual/mcuboot/same-bytes.ts';

/** The hash entries of an image against the hash of its bytes. */
export class HashCheck {
  readonly #loader: Loader;
  #digest: Uint8Array;
  #passed: boolean;
  #isPure = false;

  constructor(loader: Loader, digest: Uint8Array) {
    this.#loader = loader;
    this.#digest = digest;
    this.#passed = loader.flawed('mcuboot/hash-entry-optional');
  }

  /** What the signature has to be over. */
  get digest(): Uint8Array {
    return this.#digest;
  }

  get passed(): boolean {
    return this.#passed;
  }

  /** A SHA-256 entry. False where it makes the image invalid. */
  take(claimed: Uint8Array): boolean {
    const loader = this.#loader;
    if (this.#isPure || loader.flawed('mcuboot/hash-tlv-trusted')) {
      this.#digest = claimed;
      this.#passed = true;
      return true;
    }
    const holds = loader.flawed('mcuboot/hash-entry-ignored') || this.#matches(claimed);
    this.#passed = holds;
    return holds || loader.flawed('mcuboot/last-hash-decides');
  }

  /** An entry with a hash of another kind: it is not looked at. */
  takeOther(): void {
    this.#passed ||= this.#loader.flawed('mcuboot/hash-type-not-checked');
  }

  /** The mark of a signature over the image itself: this build knows none. */
  takePure(): void {
    this.#isPure = this.#loader.flawed('mcuboot/pure-mark-believed');
  }

  #matches(claimed: Uint8Array): boolean {
    const length = this.#loader.flawed('mcuboot/hash-length-trusted') ? claimed.length : this.#digest.length;
    return sameBytes(this.#digest.subarray(0, length), claimed);
  }
}
