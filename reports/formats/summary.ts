import type { RecordSummary, ReportFormat, RunReport } from '#core/record.ts';
import { VERDICTS, type Verdict } from '#core/verdict.ts';

/** Rows shown of what did not pass; the other files hold the rest. */
const MOST_ROWS = 50;

const BACKSLASHED = /[\\`*_{}[\]()#+\-.!|~]/g;

/** Text of a board or a tool as inert Markdown: no markup, no HTML, no control or direction marks, one line. */
function inert(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .slice(0, 300)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(BACKSLASHED, String.raw`\$&`)
    .replaceAll('@', '&#64;');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function counts(report: RunReport): string[] {
  const boards = report.boards.map((board) => {
    const mine = report.records.filter((record) => record.board === board.id);
    const count = (verdict: Verdict) => String(mine.filter((record) => record.verdict === verdict).length);
    return row([inert(board.title), board.kind, ...VERDICTS.toReversed().map(count)]);
  });
  const head = ['board', 'bench', ...VERDICTS.toReversed()];
  return [row(head), row(head.map(() => '---')), ...boards];
}

function notPassed(records: readonly RecordSummary[]): string[] {
  const rows = records.filter((record) => ['fail', 'error', 'inconclusive'].includes(record.verdict));
  if (rows.length === 0) return [];
  const shown = rows
    .slice(0, MOST_ROWS)
    .map((record) =>
      row([record.verdict, inert(record.board), inert(record.scenario), inert(record.observed)]),
    );
  const more = rows.length > MOST_ROWS ? ['', `and ${rows.length - MOST_ROWS} more in report.html`] : [];
  const head = ['verdict', 'board', 'scenario', 'observed'];
  return ['', '### Not passed', '', row(head), row(head.map(() => '---')), ...shown, ...more];
}

function markdown(report: RunReport): string {
  return [
    `## Assay: ${report.verdict}`,
    '',
    `${report.records.length} scenarios on ${inert(report.bench.title)}, seed ${report.seed}${report.interrupted ? ', **interrupted**' : ''}`,
    '',
    ...counts(report),
    ...notPassed(report.records),
    '',
    `verdict digest ${report.verdictDigest}`,
    '',
    'Results relate only to the items tested; a virtual board is a simulation.',
    '',
  ].join('\n');
}

/** Job summary in GitHub-flavoured Markdown, for CI pages. */
export const format: ReportFormat = {
  id: 'summary',
  fileName: 'summary.md',
  render: (report) => Promise.resolve(new TextEncoder().encode(markdown(report))),
};
