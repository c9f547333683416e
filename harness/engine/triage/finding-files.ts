import type { Json } from '#core/canonical.ts';
import { repeatsText } from '#core/fuzz-finding.ts';
import { drawnCsv } from '#engine/triage/drawn.ts';
import type { Triaged } from '#engine/triage/triage.ts';

/** Files of a finding's folder by name: values are written as canonical JSON, after secrets were taken out of them. */
export type FindingFiles = Readonly<Record<string, Json | Uint8Array>>;

/** `case.json` to send it again, `verdict.json` to read, and slices of what was seen when it was shown for the last time. */
export function findingFiles({ finding, seen }: Triaged): FindingFiles {
  const { id, board, alarm, expected, observed, repeats, cause, flaky } = finding;
  const verdict = {
    finding: id,
    board,
    expected,
    observed,
    alarm,
    cause,
    flaky,
    shown: repeatsText(repeats),
    current: seen?.drawn?.sign ?? null,
  };
  const lines = seen?.console ?? [];
  const capture = seen?.capture ?? null;
  const drawn = seen?.drawn ?? null;
  const began = lines[0]?.atMs ?? 0;
  return {
    'case.json': finding as unknown as Json,
    'verdict.json': verdict as unknown as Json,
    'console.json': lines.map(({ atMs, text }) => ({ at: atMs - began, text })),
    ...(capture === null ? {} : { 'slice.pcapng': capture }),
    ...(drawn === null ? {} : { 'current.csv': Buffer.from(drawnCsv(drawn)) }),
  };
}
