import { basename } from 'node:path';
import { prove } from '#engine/prove.ts';
import { RunFolder } from '#engine/run-folder.ts';
import { sealRun } from '#engine/seal.ts';
import { writeSelfTest } from '#engine/selftest-file.ts';
import { selfTestOf } from '#engine/selftest.ts';
import type { Command } from '../command.ts';
import { CUTS, cutEffort } from '../cut-options.ts';
import { COMMON, seedOption, selectionOf, textOption } from '../options.ts';
import { proofAnswer } from '../proof-answer.ts';
import { selfTestAnswer } from '../selftest-answer.ts';
import { executorFor, loadSetup, OUT } from '../setup.ts';

const { bench, board, family, seed, jobs, out } = COMMON;

/** `assay selftest`: what does this rig catch? A sealed record of it, for later reports to cite. */
export const command: Command = {
  summary: 'find out what a rig catches: sound and flawed builds on it, and a sealed record to cite',
  usage: '[--bench NAME] [--board ID] [--family NAME] [--seed N] [--out DIR] [--exhaustive] [--tears NAME]',
  positionals: [],
  options: { bench, board, family, seed, jobs, out, ...CUTS },
  examples: [
    ['assay selftest --bench qemu-microbit', 'real machine code, nothing plugged in'],
    ['assay selftest --bench ./boards/lab.ts --family rollback', 'a real rig, one family'],
    ['assay run --bench ./boards/lab.ts --selftest reports/runs/2026-11-22T14-55-03Z-seed1', 'cites it'],
  ],
  exitCodes: '0: every flaw caught and no sound board blamed; 1: not so; 2: stopped, or nothing to try',
  async run({ values, signal, terminal, onEvent, say }) {
    const setup = await loadSetup(values);
    await using executor = executorFor(setup, values);
    const { boards, families } = selectionOf(values);
    const number = seedOption(values, 1);
    const cuts = cutEffort(values);
    const startedAt = new Date();
    say(`${setup.bench.title}: sound builds first, then one mistake at a time`);
    const proof = await prove({
      ...setup,
      selection: { boards: boards ?? [], families: families ?? [] },
      seed: number,
      cuts,
      executor,
      signal,
      onEvent,
    });
    const folder = RunFolder.create(textOption(values, 'out') ?? OUT, number, startedAt);
    const occasion = { bench: setup.bench, seed: number, cuts, startedAt, endedAt: new Date() };
    const made = writeSelfTest(folder, selfTestOf(proof, { id: basename(folder.path), ...occasion }));
    sealRun(folder, made.selfTest.id, null);
    return selfTestAnswer(proofAnswer(proof, terminal), made, folder.path);
  },
};
