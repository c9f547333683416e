import { UsageError } from '#core/errors.ts';
import type { BoardSummary } from '#core/record.ts';
import type { Bench } from '#core/rig.ts';
import { factsSummary } from '#engine/board-summary.ts';

/** What runs on a board before anything is done to it, for comparing two runs: boot loader, and firmware by its digest. */
export function builtAs({ bootloader, firmware }: Pick<BoardSummary, 'bootloader' | 'firmware'>): string {
  return `${bootloader}, firmware ${firmware.version} ${firmware.digest.slice(0, 12)}`;
}

/** What was made on boards of one build says nothing of another. UsageError `other-build` where a board was rebuilt since. */
export function demandSameBoards(bench: Bench, boards: readonly BoardSummary[], path: string): void {
  for (const before of boards) {
    const entry = bench.boards.find(({ facts }) => facts.id === before.id);
    if (entry === undefined) continue;
    const [expected, got] = [builtAs(before), builtAs(factsSummary(entry))];
    if (expected === got) continue;
    throw new UsageError({
      code: 'other-build',
      message: `${before.id} is not built as it was in ${path}`,
      expected,
      got,
      remedy: 'build the firmware as it was, or begin anew',
    });
  }
}
