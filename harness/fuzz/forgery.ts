import type { SigningKey, TestKeys } from '#core/board.ts';
import type { ImageSpec } from '#core/image.ts';

/** What a forger has: the test keys, and a builder of validly signed images that differ from the base as told. */
export interface ForgeMaterial {
  readonly keys: TestKeys;
  readonly build: (spec: Partial<ImageSpec>) => Uint8Array;
  /** Bytes of the flash area the image has to fit. */
  readonly areaSize: number;
  /** Largest image that the boot loader has room for there; where left out, as a swap using move has. */
  readonly room?: number;
}

/** What of an image still holds after the forgery: the tests check each claim, and that the others do not hold. */
export type Layer = 'structure' | 'checksum' | 'hash' | 'signature' | 'trusted-key';

/** What a forgery changes: the form, the proof of origin, the meaning, the payload's bytes; or two of these at once. */
export type Category = 'structural' | 'cryptographic' | 'semantic' | 'payload' | 'composed';

/** A named way to forge a firmware image. */
export interface Forgery {
  /** Left out: `corrupted-image`. */
  readonly family?: 'downgrade';
  /** Attack of that family which it belongs to: `bit-flip`. */
  readonly attack: string;
  /** Name within the attack: `payload`. */
  readonly id: string;
  readonly title: string;
  readonly category: Category;
  /** What it changes in a sound image. */
  readonly changes: string;
  /** Why a boot loader might fall for it. */
  readonly temptation: string;
  /** `harmless`: the format ignores the change by design. */
  readonly expect: 'refused' | 'harmless';
  /**
   * Who has to refuse it; what only the application checks says nothing when staged behind its back. `trial`: nobody does, it
   * crashes and is given up.
   */
  readonly guard: 'boot-loader' | 'application' | 'trial';
  /** Flaw of a twin that lacks exactly the check this aims at; null where nothing checks it, by design (`harmless`). */
  readonly missing: string | null;
  /** Flaws of other builds, which make their images otherwise, that let it in as well. */
  readonly reveals?: readonly string[];
  /** Update paths on which something in front of that check refuses the image, flaw or not, with the reason. */
  readonly hidden?: Readonly<Record<string, string>>;
  readonly cwe: string;
  readonly reference?: string;
  readonly intact: readonly Layer[];
  /** A protection that the check belongs to; on a board that declares not to have it, the forgery means nothing. */
  readonly needs?: 'hardwareCounter';
  /** Signature scheme whose form this is about; on a board that signs by another, it means nothing. */
  readonly scheme?: SigningKey['type'];
  /** True where the image is so large that only a direct write to flash offers it in reasonable time. */
  readonly large?: true;
  /** True where a loader without the check crashes: staged for good, so that the outage lasts longer than one trial. */
  readonly outage?: true;
  forge(base: Uint8Array, material: ForgeMaterial): Uint8Array;
}

/** Name of a forgery in reports and proofs: `bit-flip/payload`. */
export function forgeryName({ attack, id }: Pick<Forgery, 'attack' | 'id'>): string {
  return `${attack}/${id}`;
}

/** Whether a forgery says anything about images that are signed with these keys. */
export function fitsKeys({ scheme }: Pick<Forgery, 'scheme'>, { signing }: TestKeys): boolean {
  return scheme === undefined || scheme === signing.type;
}

/** A copy with one bit changed. */
export function flipBit(bytes: Uint8Array, offset: number, bit = 0): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[offset] = (copy[offset] ?? 0) ^ (1 << bit);
  return copy;
}
