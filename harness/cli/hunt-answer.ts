import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FinishedRun } from '#engine/run.ts';
import type { Answer } from './command.ts';
import { runAnswer, shownPath } from './run-answer.ts';
import type { Terminal } from './terminal.ts';

/** Folders of findings in a run, each a board and a signature. */
function findingFolders(runDir: string): readonly string[] {
  const root = join(runDir, 'findings');
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((board) =>
    readdirSync(join(root, board)).map((id) => join(root, board, id)),
  );
}

/** What `assay fuzz` says: the run, and how to send each finding again. */
export function huntAnswer(run: FinishedRun, terminal: Terminal): Answer {
  const answer = runAnswer(run, terminal);
  const folders = findingFolders(run.runDir).map(shownPath);
  const { benchReference } = run.header;
  const lines = folders.map((folder) => `again: assay replay ${folder} --bench ${benchReference}`);
  return {
    ...answer,
    json: { ...(answer.json as object), findings: [...folders] },
    text: [
      answer.text,
      ...lines,
      `go on: assay fuzz --resume ${shownPath(run.runDir)} --bench ${benchReference}`,
    ].join('\n'),
  };
}
