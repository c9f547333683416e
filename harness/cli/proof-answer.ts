import type { Json } from '#core/canonical.ts';
import { printable } from '#engine/printable.ts';
import type { Proof } from '#engine/prove.ts';
import { type FlawProof, isMissed } from '#engine/trials.ts';
import type { Answer } from './command.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

/** Why a flaw went unseen. */
function why({ claims }: FlawProof): string {
  const silent = claims.filter(({ verdict }) => verdict !== 'fail');
  if (claims.length === 0) return 'no attack that applies here claims to expose it';
  return silent.map(({ attack, verdict, observed }) => `${attack} gave ${verdict}: ${observed}`).join('; ');
}

/** 0 every flaw caught and no sound board blamed; 1 not so; 2 stopped, or there was nothing to prove. */
export function proofExitCode({ matrix, forgeries, falseAlarms, interrupted }: Proof): number {
  if (falseAlarms.length > 0) return 1;
  if (interrupted || matrix.length === 0) return 2;
  return [...matrix, ...forgeries].every(({ caught }) => caught) ? 0 : 1;
}

/** A proof as scripts get it. */
export function proofJson({ matrix, forgeries, falseAlarms, sound, interrupted }: Proof): {
  readonly [key: string]: Json;
} {
  return {
    flaws: matrix.length,
    caught: matrix.filter(({ caught }) => caught).length,
    missed: matrix
      .filter(({ caught }) => !caught)
      .map((proof) => ({ board: proof.board, flaw: proof.flaw, why: why(proof) })),
    falseAlarms: falseAlarms.map((alarm) => ({ ...alarm })),
    sound,
    interrupted,
    matrix: matrix.map(({ claims, ...proof }) => ({
      ...proof,
      // Not where the record lies: only a self-test keeps one.
      claims: claims.map(({ attack, verdict, scenario, observed }) => ({
        attack,
        verdict,
        scenario,
        observed,
      })),
    })),
    forgeries: forgeries.map(({ hidden, ...proof }) => ({
      ...proof,
      hidden: hidden.map((path) => ({ ...path })),
    })),
  };
}

/** Whether a stopped proof has not said anything of a flaw yet. */
function isOpen(proof: FlawProof, interrupted: boolean): boolean {
  return interrupted && !isMissed(proof, interrupted);
}

/** Attack x flaw, a row a flaw, with the attacks that caught it. */
function matrixTable({ matrix, interrupted }: Proof, width: number): readonly string[] {
  const uncaught = (proof: FlawProof) => (isOpen(proof, interrupted) ? 'not tried' : 'MISSED');
  const rows = matrix.map((proof) => [
    proof.caught ? 'caught' : uncaught(proof),
    proof.board,
    proof.flaw,
    proof.claims
      .map(({ attack, verdict }) => (verdict === 'fail' ? attack : `${attack} (${verdict})`))
      .join(', '),
  ]);
  const columns = [
    { title: '' },
    { title: 'board', least: 5 },
    { title: 'flaw built in' },
    { title: 'by', least: 4 },
  ];
  return table(columns, rows, width);
}

/** Forgery x flaw: a row a flaw, with the forgeries that aim at the check it lacks. */
function forgeryTable({ forgeries }: Proof, width: number): readonly string[] {
  if (forgeries.length === 0) return [];
  const keys = [...new Set(forgeries.map(({ board, flaw }) => `${board}\n${flaw}`))];
  const rows = keys.map((key) => {
    const [board = '', flaw = ''] = key.split('\n');
    const aimed = forgeries.filter((proof) => proof.board === board && proof.flaw === flaw);
    const caught = aimed.filter((proof) => proof.caught).length;
    return [`${caught} of ${aimed.length}`, board, flaw, aimed.map(({ forgery }) => forgery).join(', ')];
  });
  const columns = [
    { title: 'caught' },
    { title: 'board', least: 5 },
    { title: 'check left out' },
    { title: 'forgeries that aim at it', least: 4 },
  ];
  return ['', ...table(columns, rows, width)];
}

function troubles(proof: Proof, terminal: Terminal): readonly string[] {
  const { matrix, forgeries, falseAlarms, interrupted } = proof;
  const missed = matrix.filter((row) => !row.caught && !isOpen(row, interrupted));
  const missedForgeries = interrupted ? [] : forgeries.filter(({ caught }) => !caught);
  return [
    ...missed.map(
      (row) => `${terminal.paint('red', 'missed')} ${row.board} ${row.flaw}: ${printable(why(row))}`,
    ),
    ...missedForgeries.map(
      ({ board, forgery, flaw, scenario, observed }) =>
        `${terminal.paint('red', 'missed')} ${board} forgery ${forgery} on ${flaw}: ${scenario} gave ${printable(observed)}`,
    ),
    ...falseAlarms.map(
      ({ board, scenario, verdict, observed }) =>
        `${terminal.paint('red', 'false alarm')} ${board} ${scenario}: ${verdict}, ${printable(observed)}`,
    ),
  ];
}

/** A proof as people read it. */
export function proofText(proof: Proof, terminal: Terminal): string {
  const { matrix, forgeries, falseAlarms, sound, interrupted } = proof;
  const caught = matrix.filter((row) => row.caught).length;
  const caughtForgeries = forgeries.filter((row) => row.caught).length;
  return [
    '',
    ...matrixTable(proof, terminal.width),
    ...forgeryTable(proof, terminal.width),
    '',
    ...troubles(proof, terminal),
    ...(interrupted ? ['stopped before the end: what is missing was not tried'] : []),
    ...(forgeries.length === 0
      ? []
      : [`${caughtForgeries} of ${forgeries.length} forgeries caught by the twin that lacks their check`]),
    `${caught} of ${matrix.length} flaws caught; ${falseAlarms.length} false alarms in ${sound} scenarios on sound boards`,
  ].join('\n');
}

/** The answer of `prove`. */
export function proofAnswer(proof: Proof, terminal: Terminal): Answer {
  return { exitCode: proofExitCode(proof), json: proofJson(proof), text: proofText(proof, terminal) };
}
