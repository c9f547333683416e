import { UsageError } from '#core/errors.ts';
import { diffRuns, type DiffSide, type RunDiff } from '#core/run-diff.ts';
import { openRun } from '#engine/bundle/open-run.ts';
import { exportOf } from '#engine/discovery.ts';
import { readFiles } from '#engine/read-run.ts';
import { verifyRun } from '#engine/verify.ts';

/** A run, folder or bundle, as it is compared. Throws UsageError `run-altered`. */
function sideOf(path: string): DiffSide {
  const { state, mismatches, runDir } = verifyRun(path);
  if (state === 'altered') {
    throw new UsageError({
      code: 'run-altered',
      message: `${runDir} is not as it was when it was sealed`,
      got: mismatches
        .map(({ file, what }) => `${file} ${what}`)
        .slice(0, 5)
        .join('; '),
      remedy: 'see `assay verify`; compare runs that are whole',
    });
  }
  const { header, records } = readFiles(openRun(path).files);
  return { ...header, interrupted: header.interrupted || header.state === 'running', records };
}

/** What changed from one run to another, each in its folder or in a bundle. Throws UsageError for what is no run. */
export function diffOf(before: string, after: string): RunDiff {
  return diffRuns(sideOf(before), sideOf(after));
}

/** The difference as a page. */
export async function diffHtml(diff: RunDiff): Promise<string> {
  const page = (await exportOf('reports/formats/html/diff-page', 'diffPage')) as (diff: RunDiff) => string;
  return page(diff);
}
