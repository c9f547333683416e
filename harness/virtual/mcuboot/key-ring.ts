import { hash } from 'node:crypto';
import { developmentKey, publicDerOf } from '#codecs/mcuboot-key.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { sameBytes } from '#virtual/mcuboot/same-bytes.ts';

const digests = new WeakMap<Uint8Array, Uint8Array>();

/** SHA-256 of a key that is compiled in, worked out once. */
function digestOf(key: Uint8Array): Uint8Array {
  const digest = digests.get(key) ?? hash('sha256', key, 'buffer');
  digests.set(key, digest);
  return digest;
}

/** The keys compiled in, and which of them the image says it was signed with. */
export class KeyRing {
  readonly #loader: Loader;
  readonly #keys: readonly Uint8Array[];
  #named: Uint8Array | null = null;
  #isNamed = false;
  /** Key out of the image, for the boot loader that would take it. */
  #brought: Uint8Array | null = null;

  constructor(loader: Loader) {
    const { trustedKeys } = loader.options;
    this.#loader = loader;
    this.#keys = loader.flawed('mcuboot/development-key')
      ? [...trustedKeys, publicDerOf(developmentKey().pem)]
      : trustedKeys;
  }

  /** A KEYHASH entry. Compared over its own length, as bootutil does: a shorter one can match, and the signature decides. */
  name(keyHash: Uint8Array): void {
    this.#isNamed = true;
    this.#named =
      this.#keys.find((key) => sameBytes(digestOf(key).subarray(0, keyHash.length), keyHash)) ?? null;
  }

  /** A PUBKEY entry: this build has its keys compiled in and does not look at it. */
  bring(key: Uint8Array): void {
    if (this.#loader.flawed('mcuboot/key-from-image')) this.#brought = key;
  }

  /** The key for the signature that follows; each has to be named anew. Null: not known. */
  use(): Uint8Array | null {
    const first = !this.#isNamed && this.#loader.flawed('mcuboot/key-hash-optional') ? this.#keys[0] : null;
    const key = this.#named ?? first ?? this.#brought;
    this.#named = null;
    return key;
  }
}
