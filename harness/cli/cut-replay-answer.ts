import type { CutPlace } from '#core/cut-sweep.ts';
import type { CutReplay } from '#engine/replay-cuts.ts';
import type { Answer } from './command.ts';

const NOT_REPRODUCED = 2;

function place({ operation, tear, seed, kind, address, length }: CutPlace): string {
  const what =
    kind === 'fuse' ? `fuse word ${address}` : `${kind} of ${length} bytes at 0x${address.toString(16)}`;
  return `  cut at operation ${operation}, ${what}: ${tear}, seed ${seed}`;
}

/** What `assay replay --cuts` says: the cuts, what booted, and whether flash came to the recorded bytes. */
export function cutReplayAnswer({ recorded, sequence, seen, sameLeft, sameState }: CutReplay): Answer {
  const reproduced = sameLeft && sameState;
  const boots = seen.boots.map(({ identity }) => identity?.slice(0, 12) ?? 'nothing').join(', ');
  const compared = (same: boolean) => (same ? 'the same bytes' : 'OTHER bytes than recorded');
  return {
    exitCode: reproduced ? 0 : NOT_REPRODUCED,
    json: {
      board: recorded.board,
      scenario: recorded.scenario,
      sequence: { ...sequence },
      seen: { ...seen, boots: seen.boots.map((boot) => ({ ...boot })) },
      sameLeft,
      sameState,
      reproduced,
    } as unknown as NonNullable<Answer['json']>,
    text: [
      `${recorded.board} ${recorded.scenario}, ${sequence.phase}`,
      ...sequence.cuts.map(place),
      `  then booted: ${boots}`,
      `  flash after the last cut ${seen.left.slice(0, 16)}: ${compared(sameLeft)}`,
      `  flash when settled ${seen.state.slice(0, 16)}: ${compared(sameState)}`,
      reproduced ? 'the sequence was reproduced byte for byte' : 'the sequence was NOT reproduced',
    ].join('\n'),
  };
}
