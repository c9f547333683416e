import { SEAL_FILE, SIGNATURE_FILE, TIME_STAMP_FILE } from '#engine/bundle/names.ts';
import type { RunFiles } from '#engine/bundle/run-files.ts';
import { checkTimeStamp, type TimeStamp } from '#engine/signing/time-stamp.ts';

/** What a time stamp of a run is over: its signature, so that the key was used by then; its seal where nobody signed. */
export function stampedBytes(files: RunFiles): Uint8Array {
  return files.read(files.has(SIGNATURE_FILE) ? SIGNATURE_FILE : SEAL_FILE);
}

/** The time stamp of a run, or why it is not valid; null where it has none. */
export async function checkStamp(
  files: RunFiles,
  authorities: readonly Uint8Array[],
): Promise<TimeStamp | { readonly why: string } | null> {
  if (!files.has(TIME_STAMP_FILE)) return null;
  try {
    return await checkTimeStamp(files.read(TIME_STAMP_FILE), stampedBytes(files), authorities);
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
