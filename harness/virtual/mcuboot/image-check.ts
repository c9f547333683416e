import { TLV, UNPROTECTED_ALLOWED } from '#codecs/mcuboot-tlv.ts';
import { ClassIdCheck } from '#virtual/mcuboot/class-id-check.ts';
import { counterAt, storedCounter } from '#virtual/mcuboot/counter.ts';
import { busFault } from '#virtual/mcuboot/halt.ts';
import { HashCheck } from '#virtual/mcuboot/hash-check.ts';
import { KeyRing } from '#virtual/mcuboot/key-ring.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { ImageSource } from '#virtual/mcuboot/slot.ts';
import type { FoundTlv } from '#virtual/mcuboot/tlv-walk.ts';
import { signatureHolds, type Verifier } from '#virtual/mcuboot/verify.ts';

const HASH_LENGTH = 32;
/** What a build checks: an entry of this type, read into a buffer (SIG_BUF_SIZE), of one length or any (EXPECTED_SIG_LEN). */
interface Scheme {
  readonly entry: number;
  readonly buffer: number;
  readonly length?: number;
}

const SCHEMES: Readonly<Record<Verifier['scheme'], Scheme>> = {
  'ecdsa-p256': { entry: TLV.ecdsaSignature, buffer: 128 },
  'rsa-2048': { entry: TLV.rsa2048Pss, buffer: 256, length: 256 },
};

/** One pass over the entries of an image, and what was found so far. */
export class ImageCheck {
  readonly #loader: Loader;
  readonly #slot: ImageSource;
  readonly #hash: HashCheck;
  readonly #keys: KeyRing;
  readonly #classId: ClassIdCheck;
  readonly #verifier: Verifier;
  readonly #needsSignature: boolean;
  readonly #scheme: Scheme;
  #signed: boolean;
  #counterSeen: boolean;

  constructor(loader: Loader, slot: ImageSource, digest: Uint8Array) {
    this.#loader = loader;
    this.#slot = slot;
    this.#hash = new HashCheck(loader, digest);
    this.#keys = new KeyRing(loader);
    this.#classId = new ClassIdCheck(loader);
    const { signature, hardwareCounter } = loader.profile;
    this.#verifier = {
      scheme: signature ?? 'ecdsa-p256',
      malformed: loader.flawed('mcuboot/malformed-signature-accepted'),
      result: loader.flawed('mcuboot/signature-result-ignored'),
      range: loader.flawed('mcuboot/signature-range-unchecked'),
    };
    this.#scheme = SCHEMES[this.#verifier.scheme];
    this.#needsSignature = signature !== null && !loader.flawed('mcuboot/no-signature-check');
    this.#signed = !this.#needsSignature;
    this.#counterSeen = !hardwareCounter || loader.flawed('mcuboot/counter-missing-accepted');
  }

  passed(): boolean {
    return this.#hash.passed && this.#signed && this.#counterSeen && this.#classId.passed;
  }

  /** False where the entry alone makes the image invalid. */
  take(entry: FoundTlv): boolean {
    if (!entry.isProtected && !this.#mayBeUnsigned(entry.type)) return false;
    switch (entry.type) {
      case TLV.sha256:
        return this.#hash.take(this.#value(entry));
      case TLV.sha384:
      case TLV.sha512:
        this.#hash.takeOther();
        return true;
      case TLV.pureSignature:
        this.#hash.takePure();
        return true;
      case TLV.keyHash:
        if (!this.#fits(entry, HASH_LENGTH)) return false;
        this.#keys.name(this.#value(entry));
        return true;
      case TLV.publicKey:
        this.#keys.bring(this.#value(entry));
        return true;
      case TLV.ecdsaSignature:
      case TLV.rsa2048Pss:
      case TLV.rsa3072Pss:
      case TLV.ed25519:
        if (entry.type === this.#scheme.entry) return this.#signature(entry);
        this.#signed ||= this.#loader.flawed('mcuboot/other-scheme-accepted');
        return true;
      case TLV.securityCounter:
        return !this.#loader.profile.hardwareCounter || this.#counter(entry);
      case TLV.classId:
        return this.#classId.take(this.#value(entry));
      default:
        return true;
    }
  }

  #mayBeUnsigned(type: number): boolean {
    if (UNPROTECTED_ALLOWED.has(type) || this.#loader.flawed('mcuboot/unprotected-tlv-accepted')) return true;
    return type === TLV.pureSignature && this.#loader.flawed('mcuboot/pure-mark-believed');
  }

  #value(entry: FoundTlv): Uint8Array {
    return this.#slot.read(entry.offset, entry.length) ?? new Uint8Array();
  }

  #fits(entry: FoundTlv, limit: number): boolean {
    if (entry.length <= limit) return true;
    if (this.#loader.flawed('mcuboot/tlv-length-trusted') && entry.length > this.#scheme.buffer)
      throw busFault();
    return false;
  }

  #signature(entry: FoundTlv): boolean {
    const key = this.#keys.use();
    if (key === null) {
      this.#signed ||= this.#loader.flawed('mcuboot/unknown-key-skipped');
      return true;
    }
    const { buffer, length = entry.length } = this.#scheme;
    if (!this.#fits(entry, buffer) || entry.length !== length) return false;
    if (!this.#needsSignature) return true;
    const holds = signatureHolds(this.#hash.digest, this.#value(entry), key, this.#verifier);
    // bootutil keeps the last answer: of several signatures by known keys the last one decides.
    this.#signed = holds || (this.#signed && this.#loader.flawed('mcuboot/any-signature-suffices'));
    return true;
  }

  #counter(entry: FoundTlv): boolean {
    const loader = this.#loader;
    if (entry.length !== 4) return false;
    const value = counterAt(this.#slot, entry.offset);
    const stored = storedCounter(loader.storage, loader.counter);
    if (value < stored && !loader.flawed('mcuboot/counter-not-checked')) {
      loader.error(`Image security counter value ${value} lower than monotonic value ${stored}`);
      return false;
    }
    if (value > loader.counter.count && !loader.flawed('mcuboot/counter-limit-unchecked')) {
      loader.error(
        'Security counter update is not possible, possibly the maximum number of security updates has been reached.',
      );
      return false;
    }
    this.#counterSeen = true;
    return true;
  }
}
