import type { BoardSummary, RecordSummary } from '#core/record.ts';
import { BoardSession, type SessionOptions } from '#engine/board-session.ts';
import type { PlanItem } from '#engine/plan.ts';

/** Scenarios to run on one board, one after the other on one rig. */
export interface BoardRun extends SessionOptions {
  readonly items: readonly PlanItem[];
  /** Leave the rest of an attack out once one of its scenarios failed, but for those that must show a flaw by themselves. */
  readonly stopAtFail: boolean;
}

export interface BoardResult {
  readonly board: BoardSummary;
  readonly records: readonly RecordSummary[];
}

/** Runs a board's items in order until the signal stops it. Rejects only where the records cannot be kept. */
export async function runBoard(run: BoardRun): Promise<BoardResult> {
  const { items, signal, stopAtFail, onEvent } = run;
  await using session = new BoardSession(run);
  const records: RecordSummary[] = [];
  const failed = new Set<string>();
  for (const item of items) {
    if (signal.aborted) break;
    if (stopAtFail && item.scenario.exposes === undefined && failed.has(item.attack.id)) {
      onEvent({ type: 'scenarios-dropped', count: 1 });
      continue;
    }
    const record = await session.play(item);
    records.push(record);
    if (record.verdict === 'fail') failed.add(record.attack);
  }
  return { board: session.board, records };
}
