import { bytesToHex } from '@noble/hashes/utils.js';
import type { DfuDefect } from '#codecs/dfu-defect.ts';
import type { DfuPublicKey } from '#codecs/dfu-key.ts';

/** What is looked at: `zip` and `manifest` once, the others for each image. */
export type DfuCheckName =
  'zip' | 'manifest' | 'init-packet' | 'limits' | 'type' | 'sizes' | 'hash' | 'signature' | 'boot-validation';

/** One check: plain data, for people and JSON. */
export interface DfuCheck {
  readonly check: DfuCheckName;
  /** Key of the image in the manifest; null for the package as a whole. */
  readonly image: string | null;
  /** `unchecked`: nothing to check it with, such as no key. */
  readonly result: 'holds' | 'fails' | 'unchecked';
  /** One clause: what was found. */
  readonly detail: string;
  /** Name of the key that a signature holds by. */
  readonly key?: string;
}

/** A key to try, and what people call it. */
export interface NamedDfuKey {
  readonly name: string;
  readonly key: DfuPublicKey;
}

/** A key as people compare it: its name and the start of its id. */
export function shownKey({ name, key }: NamedDfuKey): string {
  return `${name} (${bytesToHex(key.pk).slice(0, 16)}...)`;
}

/** A defect in a clause. */
export function shownDefect({ defect, at, expected, got }: DfuDefect): string {
  return `${defect} at ${at}: expected ${expected}, got ${got}`;
}
