import { exitCode } from '#core/verdict.ts';
import { discoverAttacks } from '#engine/discovery.ts';
import { loadBench } from '#engine/load-bench.ts';
import { printable } from '#engine/printable.ts';
import { readRun } from '#engine/read-run.ts';
import { replayCuts } from '#engine/replay-cuts.ts';
import { replay, type Replay } from '#engine/replay.ts';
import { cutReplayAnswer } from '../cut-replay-answer.ts';
import type { Command } from '../command.ts';
import { COMMON, textOption } from '../options.ts';

const NOT_REPRODUCED = 2;

function text({ recorded, replayed, sameStimulus, sameVerdict }: Replay): string {
  const { board, scenario, seed } = recorded;
  return [
    `${board} ${scenario}, seed ${seed}`,
    `  recorded: ${recorded.verdict}: ${printable(recorded.observed)}`,
    `  replayed: ${replayed.verdict}: ${printable(replayed.observed)}`,
    `  stimulus: ${sameStimulus ? 'the same' : 'DIFFERENT: the suite makes another input from this seed now'}`,
    sameVerdict ? 'the record was reproduced' : 'the record was NOT reproduced',
  ].join('\n');
}

/** `assay replay`: one scenario again, from its recorded seed and input. */
export const command: Command = {
  summary: 'repeat one scenario of a run from its recorded seed and input',
  usage: '<run> <scenario> [--board ID] [--bench NAME] [--cuts]',
  positionals: [{ name: 'run' }, { name: 'scenario' }],
  options: {
    board: { type: 'string', value: 'ID', help: 'which board, where several ran the scenario' },
    bench: { ...COMMON.bench, help: 'another bench than the run used' },
    cuts: {
      type: 'boolean',
      help: 'only the shortest failing sequence of power cuts, and compare flash byte for byte',
    },
  },
  examples: [
    [
      'assay replay reports/runs/2026-11-22T14-55-03Z-seed7 rollback/unconfirmed/nobody-asks --board nrf52840-dk',
      'does it still happen?',
    ],
  ],
  async run({ values, positionals: [folder = '', scenario = ''], signal, onEvent }) {
    const run = readRun(folder);
    const reference = textOption(values, 'bench') ?? run.header.benchReference;
    const bench = await loadBench(reference);
    const board = textOption(values, 'board');
    if (values['cuts'] === true) {
      return cutReplayAnswer(await replayCuts({ run, scenario, board, bench, signal }));
    }
    const attacks = await discoverAttacks();
    const result = await replay({ run, scenario, board, bench, attacks, signal, onEvent });
    const { recorded, replayed, sameStimulus, sameVerdict } = result;
    const code = exitCode([replayed.verdict]);
    const brief = ({ verdict, rule, observed, stimulus }: Replay['recorded']) => ({
      verdict,
      rule,
      observed,
      stimulus,
    });
    return {
      exitCode: code === 0 && !(sameStimulus && sameVerdict) ? NOT_REPRODUCED : code,
      json: {
        board: recorded.board,
        scenario,
        seed: recorded.seed,
        recorded: brief(recorded),
        replayed: brief(replayed),
        sameStimulus,
        sameVerdict,
        reproduced: sameStimulus && sameVerdict,
      },
      text: text(result),
    };
  },
};
