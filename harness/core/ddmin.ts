/** What remains of a list, and what it took to find out. */
export interface Reduced<T> {
  readonly items: readonly T[];
  /** Times that something shorter was tried. */
  readonly tried: number;
  /** Whether one item less was seen not to do it; false where the tries ran out before. */
  readonly minimal: boolean;
}

/**
 * Leaves out items, halves first, as long as `does` says that what remains still does it (Zeller and Hildebrandt's ddmin,
 * complements only: what is looked for needs few of many items). At least one item remains.
 */
export async function ddmin<T>(
  found: readonly T[],
  does: (fewer: readonly T[]) => Promise<boolean>,
  most = Number.POSITIVE_INFINITY,
): Promise<Reduced<T>> {
  let items = found;
  let tried = 0;
  for (let size = Math.ceil(items.length / 2); size >= 1 && items.length > 1;) {
    let removed = false;
    for (let at = 0; at < items.length && items.length > 1;) {
      const fewer = [...items.slice(0, at), ...items.slice(at + size)];
      if (fewer.length === 0) break;
      if (tried === most) return { items, tried, minimal: false };
      tried += 1;
      if (await does(fewer)) {
        items = fewer;
        removed = true;
      } else at += size;
    }
    if (removed) size = Math.min(size, Math.ceil(items.length / 2));
    else if (size === 1) break;
    else size = Math.floor(size / 2);
  }
  return { items, tried, minimal: true };
}
