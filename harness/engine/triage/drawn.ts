import { currentSign, type CurrentReading, type CurrentSign } from '#core/current.ts';
import type { TryCall } from '#engine/triage/look.ts';

/** What a board drew at rest and after an alarm. */
export interface Drawn {
  readonly rest: CurrentReading;
  readonly after: readonly CurrentReading[];
  readonly sign: CurrentSign;
}

/** Readings after an alarm: half a second with a kit that takes an eighth of one for each. */
const READINGS = 4;

/** One reading; null where the power instrument does not measure. */
export async function drawnNow({ rig, signal }: TryCall): Promise<CurrentReading | null> {
  return (await rig.power?.measure?.({ signal })) ?? null;
}

/** What the board draws now, beside what it drew at rest; null where that is not known. */
export async function drawnSince(rest: CurrentReading | null, call: TryCall): Promise<Drawn | null> {
  if (rest === null) return null;
  const after: CurrentReading[] = [];
  while (after.length < READINGS) {
    const reading = await drawnNow(call);
    if (reading === null) return null;
    after.push(reading);
  }
  return { rest, after, sign: currentSign(rest, after) };
}

/** A slice as a table that every tool reads, times from the first reading on. */
export function drawnCsv({ rest, after }: Drawn): string {
  const rows = [rest, ...after].map(({ atMs, averageUa, peakUa }) =>
    [(atMs - rest.atMs).toFixed(3), averageUa.toFixed(1), peakUa.toFixed(1)].join(','),
  );
  return ['ms,average_ua,peak_ua', ...rows, ''].join('\n');
}
