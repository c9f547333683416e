import { hash } from 'node:crypto';
import {
  encodeHeader,
  HEADER_FLAG,
  HEADER_LENGTH,
  HEADER_MAGIC,
  type McubootHeader,
} from '#codecs/mcuboot-header.ts';
import { developmentKey, publicDerOf } from '#codecs/mcuboot-key.ts';
import { TLV, UNPROTECTED_ALLOWED } from '#codecs/mcuboot-tlv.ts';
import { counterAt, storedCounter } from '#virtual/mcuboot/counter.ts';
import { busFault } from '#virtual/mcuboot/halt.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { ImageSource } from '#virtual/mcuboot/slot.ts';
import { type FoundTlv, tlvAreaOf, walkTlvs } from '#virtual/mcuboot/tlv-walk.ts';
import { verifyOnce } from '#virtual/mcuboot/verify.ts';

const { encryptedAes128, encryptedAes256, lzma1, lzma2 } = HEADER_FLAG;
/** Features this boot loader is built without. */
const UNSUPPORTED = encryptedAes128 | encryptedAes256 | lzma1 | lzma2;
const HASH_LENGTH = 32;
/** Buffer that entries are read into. */
const BUFFER = 128;
const U32_END = 2 ** 32;

/** True where the header describes something that can lie in a slot. */
export function headerFits(header: McubootHeader, slot: ImageSource): boolean {
  const size = header.headerSize + header.imageSize;
  return (
    header.magic === HEADER_MAGIC &&
    size < U32_END &&
    size + header.protectedSize < slot.size &&
    (header.flags & UNSUPPORTED) === 0
  );
}

/** bootutil's image validation: sizes, hash, signature, counter, product. Logs only what bootutil logs. */
export function imageIsValid(loader: Loader, slot: ImageSource, header: McubootHeader): boolean {
  const digest = digestOfImage(loader, slot, header);
  const area = tlvAreaOf(slot, header);
  if (area === null) return false;
  if (area.end > loader.maxImageSize && !loader.flawed('mcuboot/size-not-checked')) return false;
  const check = new ImageCheck(loader, slot, digest);
  for (const entry of walkTlvs(slot, header, area)) {
    if (entry === null) {
      if (loader.flawed('mcuboot/tlv-length-trusted')) throw busFault();
      return false;
    }
    if (!check.take(entry)) return false;
  }
  return check.passed();
}

/** One pass over the entries of an image, and what was found so far. */
class ImageCheck {
  readonly #loader: Loader;
  readonly #slot: ImageSource;
  #digest: Uint8Array;
  #key: Uint8Array | null = null;
  /** Key out of the image, for the chip that would take it. */
  #ownKey: Uint8Array | null = null;
  #hashSeen = false;
  #signed: boolean;
  #counterSeen: boolean;
  #productSeen: boolean;

  constructor(loader: Loader, slot: ImageSource, digest: Uint8Array) {
    this.#loader = loader;
    this.#slot = slot;
    this.#digest = digest;
    const { profile } = loader;
    this.#signed = !profile.signature || loader.flawed('mcuboot/no-signature-check');
    this.#counterSeen = !profile.hardwareCounter || loader.flawed('mcuboot/counter-missing-accepted');
    this.#productSeen = loader.flawed('mcuboot/product-not-checked');
  }

  passed(): boolean {
    return this.#hashSeen && this.#signed && this.#counterSeen && this.#productSeen;
  }

  /** False where the entry alone makes the image invalid. */
  take(entry: FoundTlv): boolean {
    const loader = this.#loader;
    const allowed = entry.isProtected || UNPROTECTED_ALLOWED.has(entry.type);
    if (!allowed && !loader.flawed('mcuboot/unprotected-tlv-accepted')) return false;
    switch (entry.type) {
      case TLV.sha256:
        return entry.length === HASH_LENGTH && this.#hash(this.#value(entry));
      case TLV.keyHash:
        return this.#fits(entry, HASH_LENGTH) && this.#findKey(this.#value(entry));
      case TLV.publicKey:
        return this.#imageKey(entry);
      case TLV.ecdsaSignature:
        return this.#signature(entry);
      case TLV.securityCounter:
        return !loader.profile.hardwareCounter || this.#counter(entry);
      case TLV.classId:
        return this.#product(entry);
      default:
        return true;
    }
  }

  #value(entry: FoundTlv): Uint8Array {
    return this.#slot.read(entry.offset, entry.length) ?? new Uint8Array();
  }

  #fits(entry: FoundTlv, limit: number): boolean {
    if (entry.length <= limit) return true;
    if (this.#loader.flawed('mcuboot/tlv-length-trusted') && entry.length > BUFFER) throw busFault();
    return false;
  }

  #hash(claimed: Uint8Array): boolean {
    this.#hashSeen = true;
    if (!this.#loader.flawed('mcuboot/hash-tlv-trusted')) return same(this.#digest, claimed);
    this.#digest = claimed;
    return true;
  }

  #findKey(keyHash: Uint8Array): boolean {
    const { trustedKeys } = this.#loader.options;
    const keys = this.#loader.flawed('mcuboot/development-key')
      ? [...trustedKeys, publicDerOf(developmentKey().pem)]
      : trustedKeys;
    // Compared over the entry's own length, as bootutil does: a shorter one can match, and the signature decides.
    this.#key =
      keys.find((key) => same(hash('sha256', key, 'buffer').subarray(0, keyHash.length), keyHash)) ?? null;
    return true;
  }

  #imageKey(entry: FoundTlv): boolean {
    if (this.#loader.flawed('mcuboot/key-from-image')) this.#ownKey = this.#value(entry);
    return true;
  }

  #signature(entry: FoundTlv): boolean {
    const key = this.#key ?? this.#ownKey;
    this.#key = null;
    if (key === null) return true;
    if (!this.#fits(entry, BUFFER)) return false;
    if (!this.#loader.profile.signature || this.#loader.flawed('mcuboot/no-signature-check')) return true;
    this.#signed = verifyOnce(this.#digest, this.#value(entry), key);
    return true;
  }

  #counter(entry: FoundTlv): boolean {
    const loader = this.#loader;
    if (entry.length !== 4) return false;
    const value = counterAt(this.#slot, entry.offset);
    const stored = storedCounter(loader.storage);
    if (value < stored && !loader.flawed('mcuboot/counter-not-checked')) {
      loader.error(`Image security counter value ${value} lower than monotonic value ${stored}`);
      return false;
    }
    if (value > loader.storage.fuses.length) {
      loader.error(
        'Security counter update is not possible, possibly the maximum number of security updates has been reached.',
      );
      return false;
    }
    this.#counterSeen = true;
    return true;
  }

  #product(entry: FoundTlv): boolean {
    if (entry.length !== this.#loader.options.classId.length) return false;
    this.#productSeen ||= same(this.#value(entry), this.#loader.options.classId);
    return true;
  }
}

function digestOfImage(loader: Loader, slot: ImageSource, header: McubootHeader): Uint8Array {
  const end = header.headerSize + header.imageSize + header.protectedSize;
  const bytes = slot.read(0, end) ?? new Uint8Array();
  if (!loader.flawed('mcuboot/hash-skips-header')) return hash('sha256', bytes, 'buffer');
  const padding = new Uint8Array(Math.max(0, header.headerSize - HEADER_LENGTH)).fill(0xff);
  const rebuilt = [encodeHeader({ ...header, pad: 0 }), padding, bytes.subarray(header.headerSize)];
  return hash('sha256', Buffer.concat(rebuilt), 'buffer');
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
