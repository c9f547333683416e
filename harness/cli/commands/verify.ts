import { printable } from '#engine/printable.ts';
import { SCOPE, verifyRun, type Mismatch, type Verification } from '#engine/verify.ts';
import type { Command } from '../command.ts';
import { shownPath } from '../run-answer.ts';

const EXIT = { intact: 0, altered: 1, unsealed: 2 } as const;

function mismatchLine({ file, entry, what }: Mismatch): string {
  return `  ${printable(file)}${entry === undefined ? '' : `, entry ${entry},`} ${what}`;
}

function text(result: Verification): string {
  const { state, mismatches, files, records, entries, runDir } = result;
  const where = shownPath(runDir);
  const readable = `${records} finished records with ${entries} entries of evidence can be read`;
  if (state === 'intact') {
    return `${where}: intact. ${files} files, ${records} records, ${entries} entries of evidence\n${SCOPE}`;
  }
  const list = mismatches.map(mismatchLine);
  if (state === 'altered') return [`${where}: ALTERED`, ...list, SCOPE].join('\n');
  return [
    `${where}: not sealed: the run did not end, or its seal was taken away; nothing shows that it is whole`,
    readable,
    ...list,
  ].join('\n');
}

/** `assay verify`: is a run folder as it was when it was sealed? */
export const command: Command = {
  summary: 'check that a run folder is as it was when it was sealed',
  usage: '<run>',
  positionals: [{ name: 'run' }],
  options: {},
  examples: [
    [
      'assay verify reports/runs/2026-11-22T14-55-03Z-seed7',
      'names the first file or entry that does not fit',
    ],
  ],
  run({ positionals: [run = ''] }) {
    const result = verifyRun(run);
    const json = {
      ...result,
      mismatches: result.mismatches.map((mismatch) => ({ ...mismatch })),
      scope: SCOPE,
    };
    return Promise.resolve({ exitCode: EXIT[result.state], json, text: text(result) });
  },
};
