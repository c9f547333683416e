import { prove } from '#engine/prove.ts';
import type { Command } from '../command.ts';
import { CUTS, cutEffort } from '../cut-options.ts';
import { COMMON, seedOption, selectionOf } from '../options.ts';
import { proofAnswer } from '../proof-answer.ts';
import { executorFor, loadSetup } from '../setup.ts';

const { bench, board, family, seed, jobs } = COMMON;

/** `assay prove`: no attack blames a sound board, every attack catches the flaws it claims to expose. */
export const command: Command = {
  summary: 'prove the attacks both ways: silent on sound boards, loud on each flaw built in',
  usage: '[--bench NAME] [--board ID] [--family NAME] [--seed N] [--exhaustive] [--tears NAME]',
  positionals: [],
  options: { bench, board, family, seed, jobs, ...CUTS },
  examples: [
    ['assay prove', 'attack x flaw on both virtual boards'],
    ['assay prove --family power-loss --json', 'one family, for a script'],
  ],
  async run({ values, signal, terminal, onEvent, say }) {
    const setup = await loadSetup(values);
    await using executor = executorFor(setup, values);
    const { boards, families } = selectionOf(values);
    const selection = { boards: boards ?? [], families: families ?? [] };
    say(`${setup.bench.title}: sound boards first, then one flaw at a time`);
    const options = {
      ...setup,
      selection,
      seed: seedOption(values, 1),
      cuts: cutEffort(values),
      executor,
      signal,
      onEvent,
    };
    return proofAnswer(await prove(options), terminal);
  },
};
