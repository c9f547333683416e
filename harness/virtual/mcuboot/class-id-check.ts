import type { Loader } from '#virtual/mcuboot/loader.ts';
import { sameBytes } from '#virtual/mcuboot/same-bytes.ts';

/** The class ids of an image against the one of the product. */
export class ClassIdCheck {
  readonly #loader: Loader;
  #passed: boolean;

  constructor(loader: Loader) {
    this.#loader = loader;
    this.#passed = loader.flawed('mcuboot/product-not-checked') || loader.flawed('mcuboot/class-id-optional');
  }

  get passed(): boolean {
    return this.#passed;
  }

  /** A UUID_CID entry. False where it makes the image invalid. */
  take(claimed: Uint8Array): boolean {
    const loader = this.#loader;
    if (loader.flawed('mcuboot/product-not-checked')) return true;
    const { classId } = loader.options;
    const length = loader.flawed('mcuboot/class-id-length-trusted') ? claimed.length : classId.length;
    const fits = sameBytes(classId.subarray(0, length), claimed);
    this.#passed ||= fits;
    return fits || loader.flawed('mcuboot/any-class-id-suffices');
  }
}
