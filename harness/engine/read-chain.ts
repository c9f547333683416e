import { firstBroken, toLine, type Evidence } from '#core/evidence.ts';

/** A record's evidence as far as it can be relied on. */
export interface ReadChain {
  readonly entries: readonly Evidence[];
  /** The first entry that does not fit, and why; null: all do. */
  readonly problem: { readonly entry: number; readonly what: string } | null;
}

/** An entry out of its line; null where the line is not exactly what was written. */
function parseLine(line: string): Evidence | null {
  try {
    const entry = JSON.parse(line) as Evidence;
    return toLine(entry) === `${line}\n` ? entry : null;
  } catch {
    return null;
  }
}

/** The entries of a record file that `readChain` has found whole. */
export function wholeChain(file: Uint8Array): readonly Evidence[] {
  const lines = Buffer.from(file.buffer, file.byteOffset, file.length).toString().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Evidence);
}

/** Reads a record file up to the first line that is damaged or does not continue the chain. */
export function readChain(file: Uint8Array): ReadChain {
  const lines = Buffer.from(file.buffer, file.byteOffset, file.length).toString().split('\n');
  const rest = lines.pop() ?? '';
  const entries: Evidence[] = [];
  for (const line of lines) {
    const entry = parseLine(line);
    if (entry === null) break;
    entries.push(entry);
  }
  const broken = firstBroken(entries);
  if (broken !== -1) {
    const problem = { entry: broken, what: 'does not continue the chain of hashes' };
    return { entries: entries.slice(0, broken), problem };
  }
  if (entries.length < lines.length) {
    return { entries, problem: { entry: entries.length, what: 'is not as it was written' } };
  }
  if (rest !== '') {
    return { entries, problem: { entry: entries.length, what: 'was cut off while it was written' } };
  }
  return { entries, problem: null };
}
