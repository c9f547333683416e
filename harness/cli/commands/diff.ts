import type { Json } from '#core/canonical.ts';
import { CHANGES, type DiffRow, type RunDiff } from '#core/run-diff.ts';
import { diffHtml, diffOf } from '#engine/diff.ts';
import { printable } from '#engine/printable.ts';
import type { Command } from '../command.ts';
import { writeNew } from '../image/write-file.ts';
import { textOption } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/** Scenarios that are told; the HTML file and --json have all. */
const MOST_TOLD = 200;

function rowText(
  { board, flaws, scenario, change, before, after, why }: DiffRow,
  terminal: Terminal,
): string {
  const built = printable([board, ...flaws].join('+'));
  const from = before?.verdict ?? 'not run';
  const to = after?.verdict ?? 'not run';
  const style = change === 'worse' ? 'red' : 'yellow';
  const mark = terminal.paint(change === 'better' ? 'green' : style, change);
  const line = `${mark}  ${built} ${printable(scenario)}: ${from} -> ${to}`;
  const reason = why === null ? [] : [`  ${printable(why)}`];
  const seen = change === 'worse' && after !== null ? [`  observed: ${printable(after.observed)}`] : [];
  return [line, ...reason, ...seen].join('\n');
}

function text(diff: RunDiff, terminal: Terminal): string {
  const { before, after, conditions, rows, totals } = diff;
  const told = rows.filter(({ change }) => change !== 'same');
  const more = told.length - MOST_TOLD;
  return [
    `${printable(before.id)} -> ${printable(after.id)}`,
    ...conditions.map(
      (one) =>
        `  ${printable(one.about)}: ${printable(one.what)} ${printable(one.before, 80)} -> ${printable(one.after, 80)}`,
    ),
    ...told.slice(0, MOST_TOLD).map((row) => rowText(row, terminal)),
    ...(more > 0 ? [`and ${more} more`] : []),
    CHANGES.filter((change) => totals[change] > 0)
      .map((change) => `${totals[change]} ${change}`)
      .join(', ') || 'no scenario in either run',
  ].join('\n');
}

/** `assay diff`: what changed between two runs. */
export const command: Command = {
  summary: 'say what changed between two runs, verdict by verdict',
  usage: '<before> <after> [--out FILE]',
  positionals: [{ name: 'before' }, { name: 'after' }],
  options: {
    out: { type: 'string', value: 'FILE', help: 'write the difference as an HTML file, too' },
    force: { type: 'boolean', help: 'replace what is there' },
  },
  exitCodes:
    '0 every verdict is the same, 1 something differs or cannot be compared, 64 wrong usage or an altered run',
  examples: [
    ['assay diff reports/runs/before reports/runs/after', 'two firmware versions, two labs, two boards'],
    ['assay diff before.assay.tar after.assay.tar --out diff.html', 'bundles, as a page'],
  ],
  async run({ values, positionals: [before = '', after = ''], terminal }) {
    const diff = diffOf(before, after);
    const out = textOption(values, 'out');
    if (out !== undefined) {
      writeNew(out, new TextEncoder().encode(await diffHtml(diff)), values['force'] === true);
    }
    return { exitCode: diff.same ? 0 : 1, json: diff as unknown as Json, text: text(diff, terminal) };
  },
};
