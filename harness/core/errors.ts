/** Who has to act before it works: the person who called, the bench's wiring, the board (peer), or Assay itself. */
export type Fault = 'caller' | 'bench' | 'peer' | 'internal';

export interface Complaint {
  /** Stable kebab-case name, for scripts. */
  readonly code: string;
  /** One sentence: what went wrong. */
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
  /** What to try next; an imperative sentence. */
  readonly remedy: string;
  readonly cause?: unknown;
}

const BRAND = Symbol.for('assay.error');

/** Base of every error Assay raises on purpose: names the guilty party, what was expected, what came, what to try. */
export abstract class AssayError extends Error {
  abstract readonly fault: Fault;
  readonly code: string;
  readonly expected: string | undefined;
  readonly got: string | undefined;
  readonly remedy: string;

  constructor(complaint: Complaint) {
    super(complaint.message, complaint.cause === undefined ? undefined : { cause: complaint.cause });
    this.code = complaint.code;
    this.expected = complaint.expected;
    this.got = complaint.got;
    this.remedy = complaint.remedy;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** The caller asked for something that cannot be: wrong argument, unknown board, unreadable file. */
export class UsageError extends AssayError {
  override readonly name = 'UsageError';
  readonly fault = 'caller';
}

/** The bench failed: wiring, instrument, disk, port. A verdict touched by it is `error`, never `fail`. */
export class BenchError extends AssayError {
  override readonly name = 'BenchError';
  readonly fault = 'bench';
}

/** The board (or another peer) sent what its protocol forbids, or nothing at all. */
export class PeerError extends AssayError {
  override readonly name = 'PeerError';
  readonly fault = 'peer';
}

/** A defect of Assay. */
export class InternalError extends AssayError {
  override readonly name = 'InternalError';
  readonly fault = 'internal';
}

/** True for an AssayError of any copy of this module (a bench file may load its own). */
export function isAssayError(value: unknown): value is AssayError {
  return value instanceof Error && BRAND in value;
}

/** Error text for a person: message, expected, got, remedy, one a line. */
export function explain(error: unknown): string {
  if (!isAssayError(error)) return error instanceof Error ? error.message : String(error);
  const lines = [error.message];
  if (error.expected !== undefined) lines.push(`  expected: ${error.expected}`);
  if (error.got !== undefined) lines.push(`  got:      ${error.got}`);
  lines.push(`  try:      ${error.remedy}`);
  return lines.join('\n');
}
