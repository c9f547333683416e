import type { Attack } from '#core/attack.ts';
import type { InputProtocol } from '#core/board.ts';
import { UsageError } from '#core/errors.ts';
import type { Bench, BoardEntry } from '#core/rig.ts';
import { exportOf } from '#engine/discovery.ts';
import { inThisThread } from '#engine/executor.ts';
import { suggest } from '#engine/nearest.ts';
import { boardNamed } from '#engine/replay.ts';
import { runSelected } from '#engine/run.ts';
import {
  checkAllowed,
  readHunt,
  setsOf,
  takeOverHunt,
  targetOf,
  type HuntState,
} from '#engine/triage/hunt-setup.ts';
import type { Answer, Call, Command, Values } from '../command.ts';
import { huntAnswer } from '../hunt-answer.ts';
import { COMMON, listOption, seedOption, textOption, wholeOption } from '../options.ts';
import { loadSetup, OUT, quickFormats } from '../setup.ts';

const MOST_CASES = 1_000_000;
const SECONDS = 60;

interface Wanted {
  readonly entry: BoardEntry;
  readonly protocol: InputProtocol;
  readonly seed: number;
  readonly earlier: HuntState | null;
}

/** What was asked for, or what an earlier campaign was about; both only where they say the same. */
function wantedOf(values: Values, bench: Bench): Wanted {
  const resume = textOption(values, 'resume');
  const earlier = resume === undefined ? null : readHunt(resume);
  const board = listOption(values, 'board')[0] ?? earlier?.board;
  const entry = board === undefined && bench.boards.length === 1 ? bench.boards[0] : undefined;
  if (entry === undefined && board === undefined)
    throw missing(
      'board',
      bench.boards.map(({ facts }) => facts.id),
    );
  const chosen = entry ?? boardNamed(bench, board ?? '');
  const { inputs } = chosen.facts;
  const named = textOption(values, 'protocol') ?? earlier?.protocol;
  if (named === undefined) throw missing('protocol', inputs);
  const protocol = inputs.find((one) => one === named);
  if (protocol === undefined) throw unknownProtocol(chosen.facts.id, named, inputs);
  if (earlier !== null && (earlier.board !== chosen.facts.id || earlier.protocol !== protocol)) {
    throw otherCampaign(earlier);
  }
  return { entry: chosen, protocol, seed: earlier?.seed ?? seedOption(values, 'random'), earlier };
}

function missing(what: string, known: readonly string[]): UsageError {
  return new UsageError({
    code: 'option-missing',
    message: `say which ${what} with --${what}`,
    expected: known.join(', '),
    remedy: `try: assay fuzz --${what} ${known[0] ?? ''}`,
  });
}

function unknownProtocol(board: string, got: string, known: readonly string[]): UsageError {
  return new UsageError({
    code: 'protocol-unknown',
    message: `${board} takes no ${got}`,
    expected: known.join(', '),
    got,
    remedy: suggest(got, known),
  });
}

function otherCampaign({ board, protocol }: HuntState): UsageError {
  return new UsageError({
    code: 'resume-selection',
    message: 'the campaign to go on with was about something else',
    got: `${board}, ${protocol}`,
    remedy: 'leave --board and --protocol out, or begin a new campaign',
  });
}

/** When it is enough: so many cases, so many seconds, or Ctrl-C. */
function limitsOf(values: Values, signal: AbortSignal, now: () => number) {
  const cases = wholeOption(values, 'cases', 1, MOST_CASES);
  const seconds = wholeOption(values, 'seconds', 1, 1_000_000) ?? (cases === undefined ? SECONDS : undefined);
  const began = now();
  const share = () => (seconds === undefined ? 0 : (now() - began) / (1000 * seconds));
  return {
    enough: (sent: number) => signal.aborted || sent >= (cases ?? MOST_CASES) || share() >= 1,
    planned: (sent: number) => cases ?? Math.round(sent / Math.max(0.001, share())),
  };
}

async function run({ values, signal, terminal, onEvent, say }: Call): Promise<Answer> {
  const setup = await loadSetup(values, quickFormats);
  const { entry, protocol, seed, earlier } = wantedOf(values, setup.bench);
  const target = targetOf(entry.facts, protocol);
  const allow = [...(setup.bench.allow ?? []), ...listOption(values, 'allow')];
  checkAllowed(target, allow);
  // What the radio may connect to are addresses; boards on wires are named by their id.
  const bench = protocol === 'ble' ? { ...setup.bench, allow } : setup.bench;
  const sets = setsOf(setup.attacks, entry.facts, protocol, seed);
  const huntAttack = (await exportOf('suites/fuzzed-wireless/hunt', 'huntAttack')) as (
    plan: unknown,
  ) => Attack;
  const attack = huntAttack({
    protocol,
    seed,
    sets,
    from: earlier?.next ?? 0,
    corpus: earlier?.corpus ?? [],
    known: earlier?.known ?? [],
    ...(protocol === 'ble' ? { target } : {}),
    ...limitsOf(values, signal, () => performance.now()),
  });
  const attacks = [...setup.attacks.filter(({ family }) => family === 'control'), attack];
  say(
    `${bench.title}, ${entry.facts.id}, ${protocol}, seed ${seed}, from case ${earlier?.next ?? 0}: ${sets.length} cases of whole sets, then mutations`,
  );
  await using executor = inThisThread(bench, attacks);
  const selection = { boards: [entry.facts.id], scenarios: [attack.id + '/*'] };
  const resume = textOption(values, 'resume');
  const before = resume === undefined ? {} : { before: (folder: string) => takeOverHunt(resume, folder) };
  const finished = await runSelected({
    ...setup,
    bench,
    attacks,
    selection,
    seed,
    out: textOption(values, 'out') ?? OUT,
    executor,
    // Stopping is the campaign's own affair: it ends in good order, and what it found is reported and sealed.
    signal: new AbortController().signal,
    onEvent,
    ...before,
  });
  return huntAnswer(finished, terminal);
}

/** `assay fuzz`: malformed input over one protocol, for as long as one likes. */
export const command: Command = {
  summary: 'send malformed input over one protocol for as long as you like; find the cause of each alarm',
  usage:
    '[--bench NAME] --board ID --protocol NAME --allow TARGET [--seed N] [--cases N] [--seconds N] [--out DIR] [--resume RUN]',
  positionals: [],
  options: {
    bench: COMMON.bench,
    board: { ...COMMON.board, multiple: true, help: 'the board to attack' },
    protocol: {
      type: 'string',
      value: 'NAME',
      help: 'one of the inputs of the board: smp, ble, mqtt, http ...',
    },
    allow: {
      type: 'string',
      multiple: true,
      value: 'TARGET',
      help: 'what may be attacked: the id of the board, for LE its address; as in the allow list of the bench file',
    },
    seed: COMMON.seed,
    cases: { type: 'string', value: 'N', help: `stop after so many cases, at most ${MOST_CASES}` },
    seconds: {
      type: 'string',
      value: 'N',
      help: `stop after so many seconds (default ${SECONDS} without --cases)`,
    },
    out: COMMON.out,
    format: COMMON.format,
    resume: {
      type: 'string',
      value: 'RUN',
      help: 'go on with a campaign: its place, its corpus, its findings',
    },
  },
  exitCodes:
    '0 nothing found, 1 something was found, 2 trouble of the bench or nothing shown, 64 wrong usage or a target that is not allowed',
  examples: [
    [
      'assay fuzz --bench ./boards/lab.ts --board lock --protocol ble --allow C4:11:22:33:44:55 --seconds 3600',
      'an hour over LE; Ctrl-C ends it, and keeps what was found',
    ],
    [
      'assay fuzz --board esp32-devkitc --protocol mqtt --allow esp32-devkitc --cases 500 --seed 7',
      'on the virtual bench',
    ],
    ['assay fuzz --resume reports/runs/2026-11-22T14-55-03Z-seed7 --allow lock', 'go on where it stopped'],
  ],
  run,
};
