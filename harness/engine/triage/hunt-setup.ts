import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack } from '#core/attack.ts';
import type { BoardFacts, InputProtocol } from '#core/board.ts';
import type { Json } from '#core/canonical.ts';
import { sha256Hex } from '#core/digest.ts';
import { UsageError } from '#core/errors.ts';
import { listOf, numberOf, textOf } from '#core/json-path.ts';
import type { FuzzCase } from '#core/verbs.ts';
import { onDisk } from '#engine/disk-error.ts';
import { comparable } from '#engine/plan.ts';

/** Where a campaign that was stopped goes on. */
export interface HuntState {
  readonly board: string;
  readonly protocol: string;
  readonly seed: number;
  readonly next: number;
  readonly known: readonly string[];
  readonly corpus: readonly FuzzCase[];
}

const STATE = 'corpus/state.json';
const ENTRY = /^\d{9}-[0-9a-f]{12}\.json$/;
const HEX = /^(?:[0-9a-f]{2})*$/;

function unusable(path: string, got: string): UsageError {
  return new UsageError({
    code: 'hunt-unreadable',
    message: `${path} is not a campaign that can be gone on with`,
    expected: `a run folder of \`assay fuzz\`, with ${STATE}`,
    got,
    remedy: 'give the folder that `assay fuzz` printed, or begin a new campaign',
  });
}

function jsonIn(path: string): Json {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Json;
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error));
  }
}

function caseIn(path: string): FuzzCase {
  const data = jsonIn(path);
  const [name, bytes, state] = [textOf(data, 'name'), textOf(data, 'bytes'), textOf(data, 'state')];
  if (name === undefined || bytes === undefined || !HEX.test(bytes)) throw unusable(path, 'no input');
  return {
    name,
    bytes: Uint8Array.from(Buffer.from(bytes, 'hex')),
    ...(state === undefined ? {} : { state }),
  };
}

/** What a stopped campaign left in its run folder. Throws UsageError `hunt-unreadable`. */
export function readHunt(folder: string): HuntState {
  const data = jsonIn(join(folder, STATE));
  const [board, protocol] = [textOf(data, 'board'), textOf(data, 'protocol')];
  const [seed, next] = [numberOf(data, 'seed'), numberOf(data, 'next')];
  if (board === undefined || protocol === undefined || seed === undefined || next === undefined) {
    throw unusable(folder, 'members are missing');
  }
  const files = readdirSync(join(folder, 'corpus')).filter((name) => ENTRY.test(name));
  const corpus = files.toSorted().map((name) => caseIn(join(folder, 'corpus', name)));
  const known = listOf(data, 'known').filter((id) => typeof id === 'string');
  return { board, protocol, seed, next, known, corpus };
}

/** Copies what an earlier campaign found and kept into the folder of the one that goes on with it. */
export function takeOverHunt(from: string, to: string): void {
  onDisk(to, () => {
    for (const name of ['corpus', 'findings']) {
      if (existsSync(join(from, name)))
        cpSync(join(from, name), join(to, name), { recursive: true, force: false });
    }
  });
}

/** Every case that the suites have for this protocol of the board, each once. */
export function setsOf(
  attacks: readonly Attack[],
  board: BoardFacts,
  protocol: InputProtocol,
  seed: number,
): readonly FuzzCase[] {
  const cuts = { exhaustive: true, tears: null };
  const inputs = attacks
    .filter(({ family }) => family === 'fuzzed-wireless')
    .flatMap((attack) => attack.scenarios(board, { seed, cuts }))
    .filter(({ notApplicable }) => notApplicable === undefined)
    .map(({ input }) => input as { readonly protocol: unknown; readonly cases: readonly FuzzCase[] })
    .filter((input) => input.protocol === protocol);
  const cases = new Map(inputs.flatMap((input) => input.cases.map((one) => [sha256Hex(one.bytes), one])));
  return [...cases.values()];
}

/** What a campaign attacks: an address on the air, or the board at the end of the bench's own wires by its id. */
export function targetOf({ id, ble }: BoardFacts, protocol: InputProtocol): string {
  return protocol === 'ble' && ble !== undefined ? ble.address : id;
}

/** Refuses a target that nobody named. Throws UsageError `target-not-allowed`. */
export function checkAllowed(target: string, allowed: readonly string[]): void {
  if (allowed.some((one) => comparable(one) === comparable(target))) return;
  throw new UsageError({
    code: 'target-not-allowed',
    message: `a campaign attacks ${target}, which nobody has allowed`,
    expected: allowed.length === 0 ? 'an explicit allow list; there is none' : allowed.join(', '),
    got: target,
    remedy: `make sure that this is your own board, then say --allow ${target}, or write allow: ['${target}'] into the bench file`,
  });
}
