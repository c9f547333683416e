import { runSelfTest } from '#engine/run-selftest.ts';
import type { Command } from '../command.ts';
import { CUTS } from '../cut-options.ts';
import { COMMON, textOption } from '../options.ts';
import { proofAnswer } from '../proof-answer.ts';
import { SELFTEST_RESUME, SELFTEST_SOUND, selfTestWanted } from '../selftest-source.ts';
import { selfTestAnswer } from '../selftest-answer.ts';
import { executorFor, loadSetup, OUT } from '../setup.ts';

const { bench, board, family, seed, jobs, out } = COMMON;

/** `assay selftest`: what does this rig catch? A sealed record of it, for later reports to cite. */
export const command: Command = {
  summary: 'find out what a rig catches: sound and flawed builds on it, and a sealed record to cite',
  usage:
    '[--bench NAME] [--board ID] [--family NAME] [--seed N] [--out DIR] [--exhaustive] [--tears NAME] [--resume DIR | --sound RUN]',
  positionals: [],
  options: {
    bench,
    board,
    family,
    seed,
    jobs,
    out,
    ...CUTS,
    resume: SELFTEST_RESUME,
    sound: SELFTEST_SOUND,
  },
  examples: [
    ['assay selftest --bench qemu-microbit', 'real machine code, nothing plugged in'],
    ['assay selftest --bench ./boards/lab.ts --family rollback', 'a real rig, one family'],
    [
      'assay selftest --resume reports/runs/2026-11-22T14-55-03Z-seed1',
      'go on with one that was interrupted',
    ],
    ['assay selftest --sound reports/runs/2026-11-22T14-55-03Z-seed7', 'after a run of the sound boards'],
    ['assay run --bench ./boards/lab.ts --selftest reports/runs/2026-11-22T14-55-03Z-seed1', 'cites it'],
  ],
  exitCodes: '0: every flaw caught and no sound board blamed; 1: not so; 2: stopped, or nothing to try',
  async run({ values: given, signal, terminal, onEvent, say }) {
    const { values, ...wanted } = selfTestWanted(given);
    const setup = await loadSetup(values);
    await using executor = executorFor(setup, values);
    say(`${setup.bench.title}: sound builds first, then one mistake at a time`);
    const folder = textOption(values, 'out') ?? OUT;
    const options = { ...setup, ...wanted, out: folder, executor, signal, onEvent };
    const { proof, made, path } = await runSelfTest(options);
    return selfTestAnswer(proofAnswer(proof, terminal), made, path);
  },
};
