/** Number of single-character edits between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The known word that was probably meant, if one is close enough. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(word.slice(0, 64), candidate.slice(0, 64)) }))
    .sort((a, b) => a.edits - b.edits);
  const within = known.find((candidate) => word.length > 1 && candidate.includes(word));
  const best = within === undefined ? ranked[0] : { candidate: within, edits: 0 };
  return best !== undefined && best.edits <= Math.max(2, word.length / 3) ? best.candidate : undefined;
}

/** `did you mean X?` and what there is, for an error's remedy. */
export function suggest(word: string, known: readonly string[]): string {
  const close = nearest(word, known);
  const listed = known.length <= 12 ? known.join(', ') : `${known.slice(0, 12).join(', ')}, ...`;
  return `${close === undefined ? 'choose' : `did you mean ${close}? choose`} from: ${listed === '' ? '(none)' : listed}`;
}
