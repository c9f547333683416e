import type { ClauseMapping, Relation } from '#core/record.ts';

/** Several attacks that bear on a clause in the same way, for the same reason. */
export function mapped(relation: Relation, note: string, attacks: readonly string[]): ClauseMapping[] {
  return attacks.map((attack) => ({ attack, relation, note }));
}

/** Positive controls in which a valid update installs. */
export const VALID_UPDATE = ['control/install', 'control/update'];

/** Images that are unsigned, altered under an old signature, or signed by somebody else. */
export const FORGED = [
  'corrupted-image/unsigned',
  'corrupted-image/bit-flip',
  'corrupted-image/tampered',
  'corrupted-image/foreign-key',
  'corrupted-image/hash-entry',
  'corrupted-image/odd-signature',
];

/** Images whose signature is right by some key, which the board must not trust all the same. */
export const WRONGLY_TRUSTED = ['corrupted-image/development-key', 'corrupted-image/key-in-image'];

/** The installed image, changed where it lies. */
export const ALTERED = mapped(
  'partial',
  'One bit of the installed image is changed, and the board restarted.',
  ['corrupted-image/changed-in-place'],
);

/** Images with authentic parts used beyond what the maker signed them for. */
export const MISUSED = ['corrupted-image/product', 'corrupted-image/unprotected-tlv'];

/** Images whose form is broken: too short, too long, lengths that lie. */
export const MALFORMED = [
  'corrupted-image/truncated',
  'corrupted-image/size-lies',
  'corrupted-image/oversized',
  'corrupted-image/unsupported',
];

/** Older images that are authentic in every part. */
export const OLDER = [
  'downgrade/older-version',
  'downgrade/multi-digit-version',
  'downgrade/build-number',
  'downgrade/replay',
];

/** Images whose version and security counter disagree, and what becomes of the stored counter. */
export const COUNTER = [
  'downgrade/older-counter',
  'downgrade/newer-counter',
  'downgrade/counter-after-update',
  'downgrade/missing-counter',
];

/** Every attack of a family: one that is added later bears on the same clauses. */
export const DOWNGRADE = ['downgrade/*'];
/** See `DOWNGRADE`. */
export const ROLLBACK = ['rollback/*'];
/** See `DOWNGRADE`. */
export const POWER_LOSS = ['power-loss/*'];
/** See `DOWNGRADE`. */
export const FUZZED = ['fuzzed-wireless/*'];
