import { UsageError } from '#core/errors.ts';
import { exitCode } from '#core/verdict.ts';
import { discoverAttacks } from '#engine/discovery.ts';
import { loadBench } from '#engine/load-bench.ts';
import { printable } from '#engine/printable.ts';
import { readRun } from '#engine/read-run.ts';
import { replayCuts } from '#engine/replay-cuts.ts';
import { replay, type Replay } from '#engine/replay.ts';
import { casePath, readFinding } from '#engine/triage/read-finding.ts';
import { replayCase } from '#engine/triage/replay-case.ts';
import { cutReplayAnswer } from '../cut-replay-answer.ts';
import { caseReplayAnswer } from '../case-replay-answer.ts';
import type { Answer, Call, Command } from '../command.ts';
import { COMMON, textOption, wholeOption } from '../options.ts';

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

function scenarioMissing(): UsageError {
  return new UsageError({
    code: 'argument-missing',
    message: 'assay replay needs a scenario of the run, or the folder of a finding',
    expected: '<run> <scenario>, or a case.json',
    remedy: 'see `assay replay --help` for examples',
  });
}

async function replayFinding(file: string, { values, signal, say }: Call): Promise<Answer> {
  const sent = readFinding(file);
  const bench = await loadBench(textOption(values, 'bench') ?? 'virtual');
  const tries = wholeOption(values, 'tries', 1, 1000) ?? 3;
  const flaws = values['sound'] === true ? { flaws: [] } : {};
  const onTry = (done: number, of: number) => {
    if (of > 3) say(`${done} of ${of} tries`);
  };
  const board = textOption(values, 'board');
  return caseReplayAnswer(sent, await replayCase({ sent, bench, board, tries, signal, onTry, ...flaws }));
}

/** `assay replay`: one scenario again, from its recorded seed and input. */
export const command: Command = {
  summary: 'repeat one scenario of a run from its recorded seed and input, or send a finding again',
  usage: '<run> <scenario> | <case> [--board ID] [--bench NAME] [--cuts] [--tries N] [--sound]',
  positionals: [{ name: 'run or case' }, { name: 'scenario', optional: true }],
  options: {
    board: { type: 'string', value: 'ID', help: 'which board, where several ran the scenario' },
    bench: { ...COMMON.bench, help: 'another bench than the run used' },
    cuts: {
      type: 'boolean',
      help: 'only the shortest failing sequence of power cuts, and compare flash byte for byte',
    },
    tries: { type: 'string', value: 'N', help: 'how often a finding is sent again (default 3)' },
    sound: { type: 'boolean', help: 'a finding of a board with flaws: send it to the sound board' },
  },
  exitCodes:
    'a finding: 0 it happens no more, 1 it still happens or something else does, 2 trouble of the bench, 64 wrong usage',
  examples: [
    [
      'assay replay reports/runs/2026-11-22T14-55-03Z-seed7 rollback/unconfirmed/nobody-asks --board nrf52840-dk',
      'does it still happen?',
    ],
    [
      'assay replay reports/runs/2026-11-22T14-55-03Z-seed7/findings/lock/0f3a --bench ./boards/lab.ts',
      'a finding: its folder or its case.json, without the run around it',
    ],
  ],
  async run(call) {
    const {
      values,
      positionals: [folder = '', scenario],
      signal,
      onEvent,
    } = call;
    const file = scenario === undefined ? casePath(folder) : null;
    if (file !== null) return replayFinding(file, call);
    if (scenario === undefined) throw scenarioMissing();
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
