import { existsSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UsageError } from '#core/errors.ts';
import { sha256Hex } from '#core/digest.ts';
import { makeFolder } from '#engine/make-folder.ts';
import { printable } from '#engine/printable.ts';
import { suggest } from '#engine/nearest.ts';
import { caseOf, examine, type CodecTarget, type Meters } from '#fuzz/codec-target.ts';
import { LARGEST_IMAGE, readBytes } from './image/read-file.ts';

/** What a campaign over the codecs is told. */
export interface Campaign {
  readonly targets: readonly CodecTarget[];
  readonly seed: number;
  /** When a target has had enough: executions so far, and milliseconds since it began. */
  readonly enough: (executions: number, elapsed: number) => boolean;
  /** Folder for inputs that escaped; made when needed. */
  readonly out: string;
  readonly meters: Meters;
  readonly say: (line: string) => void;
}

/** What came of a target or a campaign. */
export interface Tally {
  readonly executions: number;
  readonly escapes: number;
}

/** Escapes of one target beyond which its files say nothing new. */
const MOST_KEPT = 10;

function keep(out: string, target: CodecTarget, bytes: Uint8Array): string {
  const path = join(out, `${target.name}.${sha256Hex(bytes).slice(0, 12)}.bin`);
  makeFolder(resolve(out));
  if (!existsSync(path)) writeFileSync(path, bytes);
  return path;
}

function fuzzTarget(target: CodecTarget, campaign: Campaign): Tally {
  const { seed, enough, out, meters, say } = campaign;
  const seeds = target.seeds();
  const began = meters.now();
  let [executions, escapes] = [0, 0];
  while (escapes < MOST_KEPT && !enough(executions, meters.now() - began)) {
    // The valid inputs themselves come first: one that fails would make every mutation of it worthless.
    const bytes = seeds[executions] ?? caseOf(target, seeds, seed, executions);
    const escape = examine(target, bytes, meters);
    executions += 1;
    if (escape === null) continue;
    escapes += 1;
    say(`  ${target.name}: ${escape.kind}: ${printable(escape.what)}: ${keep(out, target, bytes)}`);
  }
  const rate = Math.round((1000 * executions) / Math.max(1, meters.now() - began));
  say(`${target.name}: ${executions} executions, ${rate} /s, ${escapes} escapes`);
  return { executions, escapes };
}

/** Feeds every target; says each one's pace, and in the last line how many inputs escaped. */
export function fuzzCodecs(campaign: Campaign): Tally {
  const tallies = campaign.targets.map((target) => fuzzTarget(target, campaign));
  const sum = (pick: (tally: Tally) => number) => tallies.reduce((total, tally) => total + pick(tally), 0);
  const total = { executions: sum((one) => one.executions), escapes: sum((one) => one.escapes) };
  campaign.say(`${total.escapes} escapes`);
  return total;
}

/** Runs the input of a file once more; the target is in the file's name. Throws UsageError where it is not. */
export function replayCodec(path: string, campaign: Pick<Campaign, 'targets' | 'meters' | 'say'>): Tally {
  const { targets, meters, say } = campaign;
  const name = basename(path).split('.')[0] ?? '';
  const target = targets.find((one) => one.name === name);
  if (target === undefined) {
    throw new UsageError({
      code: 'fuzz-target-unknown',
      message: `the name of ${printable(path)} names no codec`,
      expected: '<codec>.<anything>.bin, as the campaign wrote it',
      remedy: suggest(
        name,
        targets.map((one) => one.name),
      ),
    });
  }
  const escape = examine(target, readBytes(path, LARGEST_IMAGE), meters);
  if (escape !== null) say(`${name}: ${escape.kind}: ${printable(escape.what)}`);
  say(`${escape === null ? 0 : 1} escapes`);
  return { executions: 1, escapes: escape === null ? 0 : 1 };
}
