import type { Json } from '#core/canonical.ts';
import { UsageError } from '#core/errors.ts';
import type { Bench } from '#core/rig.ts';
import { type BenchFinding, examineBench } from '#engine/doctor/doctor.ts';
import { loadBench } from '#engine/load-bench.ts';
import { suggest } from '#engine/nearest.ts';
import type { Command } from '../command.ts';
import { COMMON, listOption, textOption } from '../options.ts';
import type { Terminal } from '../terminal.ts';

const SIGN = { well: 'ok', doubtful: 'doubtful', broken: 'BROKEN', unknown: 'unknown' } as const;
const STYLE = { well: 'green', doubtful: 'yellow', broken: 'red', unknown: 'dim' } as const;

function line({ board, slot, check, state, seen, mend }: BenchFinding, terminal: Terminal): string {
  const where = `${board ?? 'this machine'}, ${slot}: ${check}`;
  const sign = terminal.paint(STYLE[state], SIGN[state]);
  return `${sign}  ${where}\n    ${seen}${mend === undefined ? '' : `\n    mend: ${mend}`}`;
}

function knownBoards(bench: Bench, asked: readonly string[]): readonly string[] {
  const ids = bench.boards.map(({ facts }) => facts.id);
  const unknown = asked.find((id) => !ids.includes(id));
  if (unknown === undefined) return asked;
  throw new UsageError({
    code: 'board-unknown',
    message: `the bench ${bench.id} has no board ${unknown}`,
    remedy: suggest(unknown, ids),
  });
}

function count(findings: readonly BenchFinding[], state: BenchFinding['state']): number {
  return findings.filter((finding) => finding.state === state).length;
}

/** `assay doctor`: is this bench fit to test with? */
export const command: Command = {
  summary: 'check a bench before it is trusted: rights, tools, firmware, console, power, probe',
  usage: '[--bench NAME] [--board ID]',
  positionals: [],
  options: { bench: COMMON.bench, board: COMMON.board },
  exitCodes: '0 fit to test with, 1 something is broken, 64 wrong usage',
  examples: [
    ['assay doctor --bench boards/benches/lab.local.ts', 'each finding comes with what mends it'],
    ['assay doctor --bench virtual --board nrf52840-dk --json', 'one board, for a script'],
  ],
  async run({ values, signal, terminal, say }) {
    const bench = await loadBench(textOption(values, 'bench') ?? 'virtual');
    const boards = knownBoards(bench, listOption(values, 'board'));
    say(`${bench.title}: looking at the bench; each board is power-cycled once`);
    const findings = await examineBench(bench, { boards, signal, onFinding: () => undefined });
    const [fine, doubtful, broken, unknown] = (['well', 'doubtful', 'broken', 'unknown'] as const).map(
      (state) => count(findings, state),
    );
    const closing = `${fine} well, ${doubtful} doubtful, ${broken} broken, ${unknown} unknown`;
    return {
      exitCode: broken === 0 ? 0 : 1,
      json: { bench: bench.id, fit: broken === 0, findings: findings as unknown as Json },
      text: [...findings.map((finding) => line(finding, terminal)), '', closing].join('\n'),
    };
  },
};
