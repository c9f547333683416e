import { canonical, type Json } from '#core/canonical.ts';
import type { Sides } from '#core/cut-strip.ts';
import type { EvidenceKind } from '#core/evidence.ts';
import { findingLine } from '#core/fuzz-finding.ts';
import { listOf, memberOf, numberOf, textOf } from '#core/json-path.ts';
import { resultText, verbText } from '#core/verb-text.ts';

function brief(hex: string | undefined): string {
  return hex === undefined ? '' : ` ${hex.length > 16 ? `${hex.slice(0, 16)}…` : hex}`;
}

function startText(data: Json): string {
  const flaws = listOf(data, 'flaws').filter((flaw) => typeof flaw === 'string');
  const built = flaws.length === 0 ? '' : `, built with ${flaws.join(', ')}`;
  return `Begins on ${textOf(data, 'board') ?? 'the board'}${built}, from its golden state`;
}

function boardText(data: Json): string {
  const chip = textOf(data, 'chipId');
  const which =
    chip === undefined
      ? 'its chip id cannot be read'
      : `chip ${chip}${memberOf(data, 'named') === true ? ', as the bench names it' : ''}`;
  const erases = numberOf(memberOf(data, 'worst'), 'erases');
  const budget = numberOf(data, 'wearBudget');
  const worn =
    erases === undefined
      ? ''
      : `; its page most worn was erased ${erases} times${budget === undefined ? '' : ` of ${budget}`}`;
  return `Board ${textOf(data, 'when') ?? ''} the scenario: ${which}${worn}`;
}

function transitionText(data: Json): string {
  const to = textOf(data, 'to', 'state', 'value') ?? canonical(data);
  const from = textOf(data, 'from');
  const event = textOf(data, 'event');
  const because = event === undefined ? '' : ` on ${event}`;
  return from === undefined ? `Enters ${to}${because}` : `Goes from ${from} to ${to}${because}`;
}

function powerText(data: Json): string {
  const edge = textOf(data, 'edge', 'to', 'state', 'power', 'action');
  if (edge === undefined) return `Power: ${resultText(data)}`;
  const verified = textOf(data, 'verified');
  const operation = memberOf(data, 'operation');
  const index = numberOf(operation, 'index');
  const where =
    index === undefined ? '' : ` at flash operation ${index} (${textOf(operation, 'kind') ?? 'any'})`;
  return `Power ${edge}${where}${verified === undefined ? '' : ` (${verified})`}`;
}

function flashText(data: Json): string {
  const where = textOf(data, 'area', 'name', 'what') ?? 'Flash';
  return `${where} has digest${brief(textOf(data, 'digest', 'sha256', 'state')) || ` ${canonical(data)}`}`;
}

function bytesText(data: Json): string {
  const length = numberOf(data, 'length', 'size');
  const size = length === undefined ? '' : `, ${length} bytes`;
  return `Stores ${textOf(data, 'name', 'what') ?? 'input'}${size}${quotedDigest(data)}`;
}

function quotedDigest(data: Json): string {
  const digest = textOf(data, 'digest', 'sha256', 'file');
  return digest === undefined ? '' : `, SHA-256${brief(digest)}`;
}

function settledOn(identity: string | undefined, { before, update }: Sides): string {
  if (identity === undefined) return 'nothing boots';
  if (identity === before) return 'the old image runs';
  return identity === update ? 'the new image runs' : `settles on${brief(identity)}`;
}

function cutText(data: Json, sides: Sides): string {
  const operation = numberOf(data, 'operation', 'index');
  const kind = textOf(data, 'kind') ?? 'operation';
  const boots = listOf(data, 'boots');
  if (operation === undefined || boots.length === 0) return `Power cut: ${resultText(data)}`;
  const end = settledOn(textOf(boots.at(-1), 'identity'), sides);
  const after = numberOf(data, 'settledAfter') ?? boots.length;
  return `Power cut ${textOf(data, 'tear') ?? 'at'} ${kind} ${operation}: ${end} after ${after} ${after === 1 ? 'boot' : 'boots'}`;
}

function sequenceText(data: Json): string {
  const cuts = listOf(data, 'cuts').map((cut) => {
    const operation = numberOf(cut, 'operation') ?? '?';
    return `${textOf(cut, 'tear') ?? 'cut'} at ${textOf(cut, 'kind') ?? 'operation'} ${operation}`;
  });
  return `Shortest sequence that breaks the board: ${cuts.join(', then ')}`;
}

function caseText(data: Json): string {
  const index = numberOf(data, 'index', 'case');
  const name = textOf(data, 'name') ?? 'unnamed';
  const reaction = textOf(data, 'reaction', 'result');
  const alive = memberOf(data, 'alive');
  const what = textOf(data, 'what') ?? 'not alive';
  const after = typeof alive === 'boolean' ? `, ${alive ? 'alive' : what} afterwards` : '';
  return `Message${index === undefined ? '' : ` ${index}`}, ${name}: ${reaction ?? 'sent'}${after}`;
}

function findingText(data: Json): string {
  const steps = listOf(data, 'steps');
  const [alarm, repeats] = [memberOf(data, 'alarm'), memberOf(data, 'repeats')];
  const [alarms, tries] = [numberOf(repeats, 'alarms'), numberOf(repeats, 'tries')];
  const line = findingLine({
    id: textOf(data, 'id') ?? '?',
    oracle: textOf(alarm, 'oracle') ?? 'an alarm',
    fault: textOf(alarm, 'fault') ?? null,
    inputs: steps.length,
    bytes: steps.reduce<number>((sum, step) => sum + (textOf(step, 'bytes') ?? '').length / 2, 0),
    often: alarms === undefined || tries === undefined ? 'not repeated' : `${alarms} of ${tries} times`,
  });
  return `Finding ${line}: ${textOf(data, 'observed') ?? 'no words for it'}`;
}

function controlText(data: Json): string {
  const scenario = textOf(data, 'scenario') ?? 'the control';
  return `Relies on positive control ${scenario}, which gave ${textOf(data, 'verdict') ?? 'no verdict'}`;
}

function endText(data: Json): string {
  const rule = textOf(data, 'rule');
  return `Ends: ${textOf(data, 'verdict') ?? 'no verdict'}${rule === undefined ? '' : `. ${rule}`}`;
}

const TEXTS: Readonly<Record<EvidenceKind, (data: Json, sides: Sides) => string>> = {
  start: startText,
  board: boardText,
  transition: transitionText,
  verb: verbText,
  power: powerText,
  flash: flashText,
  bytes: bytesText,
  console: (data) => textOf(data, 'text', 'line') ?? (typeof data === 'string' ? data : canonical(data)),
  cut: cutText,
  sequence: sequenceText,
  case: caseText,
  finding: findingText,
  control: controlText,
  end: endText,
};

/** One evidence entry as a sentence; console text as it came. Data of unknown shape is shown as its JSON. */
export function evidenceText(kind: EvidenceKind, data: Json, sides: Sides): string {
  return Object.hasOwn(TEXTS, kind) ? TEXTS[kind](data, sides) : canonical(data);
}
