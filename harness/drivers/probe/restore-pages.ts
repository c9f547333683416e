import type { CallOptions, FlashProbe } from '#core/capabilities.ts';

/** Flash as it ought to be, from a page's start on. */
export interface WantedFlash {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/**
 * Makes flash what it ought to be: reads it, and writes only runs of pages that differ. A probe reads faster than it
 * writes, and what is not erased does not wear. Gives how many pages were written.
 */
export async function restorePages(
  probe: FlashProbe,
  page: number,
  wanted: readonly WantedFlash[],
  options: CallOptions,
): Promise<number> {
  const { signal } = options;
  let written = 0;
  for (const { address, bytes } of wanted) {
    const found = await probe.read(address, bytes.length, { signal });
    for (const { start, end } of differingRuns(found, bytes, page)) {
      await probe.write(address + start, bytes.subarray(start, end), { signal });
      written += Math.ceil((end - start) / page);
    }
  }
  return written;
}

function differingRuns(found: Uint8Array, wanted: Uint8Array, page: number) {
  const runs: { start: number; end: number }[] = [];
  for (let start = 0; start < wanted.length; start += page) {
    const end = Math.min(start + page, wanted.length);
    if (Buffer.compare(found.subarray(start, end), wanted.subarray(start, end)) === 0) continue;
    const last = runs.at(-1);
    if (last?.end === start) last.end = end;
    else runs.push({ start, end });
  }
  return runs;
}
