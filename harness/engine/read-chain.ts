import { hash as platformHash } from 'node:crypto';
import { canonical, type Json } from '#core/canonical.ts';
import { GENESIS, type Evidence } from '#core/evidence.ts';

/** A record's evidence as far as it can be relied on. */
export interface ReadChain {
  readonly entries: readonly Evidence[];
  /** The first entry that does not fit, and why; null: all do. */
  readonly problem: { readonly entry: number; readonly what: string } | null;
}

function linesOf(file: Uint8Array): string[] {
  return Buffer.from(file.buffer, file.byteOffset, file.length).toString().split('\n');
}

/** An entry out of its line; null where the line is not exactly what was written. */
function parseLine(line: string): Evidence | null {
  try {
    const entry = JSON.parse(line) as Evidence;
    return canonical(entry as unknown as Json) === line ? entry : null;
  } catch {
    return null;
  }
}

/**
 * Whether an entry's hash covers its line: in canonical text the hash stands as one member, and what is left without it is
 * what was hashed. The platform's SHA-256 checks what @noble/hashes made, at ten times its pace.
 */
function isHashed({ hash }: Evidence, line: string): boolean {
  const member = `"hash":"${hash}",`;
  const at = line.lastIndexOf(member);
  return at !== -1 && platformHash('sha256', line.slice(0, at) + line.slice(at + member.length)) === hash;
}

/** The entries of a record file that `readChain` has found whole. */
export function wholeChain(file: Uint8Array): readonly Evidence[] {
  return linesOf(file)
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Evidence);
}

/** Reads a record file up to the first line that is damaged or does not continue the chain. */
export function readChain(file: Uint8Array): ReadChain {
  const lines = linesOf(file);
  const rest = lines.pop() ?? '';
  const entries: Evidence[] = [];
  const stop = (what: string): ReadChain => ({ entries, problem: { entry: entries.length, what } });
  let prev = GENESIS;
  for (const line of lines) {
    const entry = parseLine(line);
    if (entry === null) return stop('is not as it was written');
    const continues = entry.seq === entries.length && entry.prev === prev && isHashed(entry, line);
    if (!continues) return stop('does not continue the chain of hashes');
    prev = entry.hash;
    entries.push(entry);
  }
  return rest === '' ? { entries, problem: null } : stop('was cut off while it was written');
}
