import type { Json } from '#core/canonical.ts';
import { repeatsText } from '#core/fuzz-finding.ts';
import { printable } from '#engine/printable.ts';
import type { CaseReplay } from '#engine/triage/replay-case.ts';
import type { SentFinding } from '#engine/triage/read-finding.ts';
import type { Answer } from './command.ts';

/** It still happens: 1, as of a scenario that failed. */
const HAPPENS = 1;

function conclusion({ repeats, others }: CaseReplay): string {
  if (repeats.alarms > 0) return `it still happens: ${repeatsText(repeats)}`;
  if (others.length > 0) return 'it happens no more, but something else does';
  return `it happens no more: 0 of ${repeats.tries} tries`;
}

/** What `assay replay <case.json>` says: what was sent, what was recorded, and whether it still happens. */
export function caseReplayAnswer(sent: SentFinding, replay: CaseReplay): Answer {
  const { board, flaws, repeats, others } = replay;
  const bytes = sent.cases.reduce((sum, one) => sum + one.bytes.length, 0);
  const built = flaws.length === 0 ? '' : ` built with ${flaws.join(', ')}`;
  const still = repeats.alarms > 0;
  return {
    exitCode: still || others.length > 0 ? HAPPENS : 0,
    json: {
      finding: sent.id,
      board,
      flaws,
      protocol: sent.protocol,
      inputs: sent.cases.length,
      bytes,
      repeats: { ...repeats },
      others: others as unknown as Json,
      happens: still,
    },
    text: [
      `${printable(board)}${printable(built)}: finding ${printable(sent.id)}, ${sent.cases.length} ${sent.protocol} ${sent.cases.length === 1 ? 'input' : 'inputs'} of ${bytes} bytes`,
      `  recorded: ${printable(sent.observed)}`,
      ...others.map(({ what }) => `  also seen: ${printable(what)}`),
      conclusion(replay),
    ].join('\n'),
  };
}
