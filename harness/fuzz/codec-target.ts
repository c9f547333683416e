import { isAssayError } from '#core/errors.ts';
import { havoc } from '#fuzz/mutate.ts';
import { rng } from '#fuzz/rng.ts';

/** A parser that takes bytes from outside, and what it promises about them. */
export interface CodecTarget {
  /** kebab-case; unique. */
  readonly name: string;
  /** Valid inputs, from which the others are mutated; small, because each costs time. */
  seeds(): readonly Uint8Array[];
  /** Parses. Pairs of bytes that must be equal where the codec promises to give them back; none where it refused. */
  run(bytes: Uint8Array): readonly (readonly [read: Uint8Array, written: Uint8Array])[];
}

/** How a parser failed: it threw what is no AssayError, gave other bytes back, took too much memory or too long. */
export interface Escape {
  readonly kind: 'threw' | 'differs' | 'memory' | 'slow';
  readonly what: string;
}

/** What one execution is measured with. */
export interface Meters {
  /** Milliseconds, from anywhere. */
  now(): number;
  /** Bytes allocated, roughly. */
  allocated(): number;
}

/** An input may take this many times its length ... */
const MULTIPLE = 64;
/** ... and so much besides: code, tables and what the measurement itself takes. */
const SLACK = 16 * 1024 * 1024;
/** Longest that one input may take. */
const LONGEST_MS = 2000;

/** One input in eight is noise; in the others damage leaves enough structure to get deep. */
const NOISE_EVERY = 8;
const NOISE_MOST = 600;

/** Input number `index` of a target; a function of seed, target and index alone. */
export function caseOf(
  target: CodecTarget,
  seeds: readonly Uint8Array[],
  seed: number,
  index: number,
): Uint8Array {
  const random = rng(seed, `${target.name} ${index}`);
  const [first, ...others] = seeds;
  if (first === undefined || random.below(NOISE_EVERY) === 0) return random.bytes(random.below(NOISE_MOST));
  return havoc(target.name, random.pick([first, ...others]), random).bytes;
}

/** Runs one input; null where the parser kept its promises. */
export function examine(target: CodecTarget, bytes: Uint8Array, meters: Meters): Escape | null {
  const given = Uint8Array.from(bytes);
  const [began, before] = [meters.now(), meters.allocated()];
  const failure = attempt(target, given);
  const [took, more] = [meters.now() - began, meters.allocated() - before];
  if (failure !== null) return failure;
  if (took > LONGEST_MS) return { kind: 'slow', what: `${Math.round(took)} ms` };
  if (more > MULTIPLE * bytes.length + SLACK) {
    return { kind: 'memory', what: `${more} bytes for ${bytes.length}` };
  }
  return equal(given, bytes) ? null : { kind: 'differs', what: 'the parser changed its input' };
}

function attempt(target: CodecTarget, bytes: Uint8Array): Escape | null {
  try {
    const broken = target.run(bytes).find(([read, written]) => !equal(read, written));
    if (broken === undefined) return null;
    const [read, written] = broken;
    const at = read.findIndex((byte, index) => byte !== written[index]);
    return {
      kind: 'differs',
      what: `${read.length} bytes were read, ${written.length} written; the first other at ${at === -1 ? read.length : at}`,
    };
  } catch (error) {
    if (isAssayError(error) && error.fault !== 'internal') return null;
    return { kind: 'threw', what: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
