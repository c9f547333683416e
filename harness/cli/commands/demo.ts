import { prove } from '#engine/prove.ts';
import { runSelected } from '#engine/run.ts';
import type { Command } from '../command.ts';
import { COMMON, seedOption, textOption } from '../options.ts';
import { proofExitCode, proofJson, proofText } from '../proof-answer.ts';
import { runExitCode, runJson, runText } from '../run-answer.ts';
import { executorFor, loadSetup, OUT, quickFormats } from '../setup.ts';

/** Fixed, so that everybody sees the same. */
const SEED = 20;

const { seed, out, format, jobs } = COMMON;

/** `assay demo`: every family on the sound virtual boards, then on a twin of each for every flaw. */
export const command: Command = {
  summary: 'every attack on two virtual boards, then on twins with flaws built in; nothing needed but Node',
  usage: '[--seed N] [--out DIR] [--format NAME]',
  positionals: [],
  options: { seed, out, format, jobs },
  examples: [
    ['assay demo', 'see what Assay is, in a minute'],
    ['assay demo --json', 'the same, for a script'],
  ],
  async run({ values, signal, terminal, onEvent, say }) {
    const setup = await loadSetup(values, quickFormats);
    await using executor = executorFor(setup, values);
    const common = { ...setup, seed: seedOption(values, SEED), executor, signal, onEvent };
    say('1/2 every attack on two sound boards: every verdict should be pass');
    const folder = textOption(values, 'out') ?? OUT;
    const run = await runSelected({ ...common, selection: {}, out: folder });
    say('2/2 the same attacks on a twin for every flaw: each should be caught');
    const proof = await prove({
      ...common,
      selection: {},
      known: { records: run.records, boards: run.header.boards },
    });
    return {
      exitCode: runExitCode(run) === 0 ? proofExitCode(proof) : runExitCode(run),
      json: { run: runJson(run), proof: proofJson(proof) },
      text: `${proofText(proof, terminal)}\n${runText(run, terminal)}`,
    };
  },
};
