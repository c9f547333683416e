import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '#core/errors.ts';
import type { Standard } from '#core/record.ts';
import { runContext } from '#engine/campaign-context.ts';
import { keepCampaign } from '#engine/campaign-file.ts';
import { discoverStandards } from '#engine/discovery.ts';
import { loadCampaign } from '#engine/load-campaign.ts';
import { readRun, type RunContents } from '#engine/read-run.ts';
import { renderReports, reportOf } from '#engine/render-reports.ts';
import { RunFolder } from '#engine/run-folder.ts';
import { SEAL_FILE } from '#engine/bundle/names.ts';
import { refuseSigned, sealRun } from '#engine/seal.ts';
import { verifyRun } from '#engine/verify.ts';
import type { Command } from '../command.ts';
import { CAMPAIGN, COMMON, listOption, textOption } from '../options.ts';
import { shownPath } from '../run-answer.ts';
import { chosenFormats } from '../setup.ts';

/** A run that was altered is not reported as if nothing had happened. */
function refuseAltered(run: string): void {
  const { state, mismatches } = verifyRun(run);
  if (state !== 'altered') return;
  throw new UsageError({
    code: 'run-altered',
    message: 'the run folder is not as it was when it was sealed',
    got: mismatches
      .map(({ file, what }) => `${file} ${what}`)
      .slice(0, 5)
      .join('; '),
    remedy: 'see `assay verify`; restore the folder, or run the scenarios again',
  });
}

/** The run with the campaign that was named now, which is kept beside the report; else as it is. */
async function withCampaign(
  run: RunContents,
  file: string | undefined,
  standards: readonly Standard[],
  target: string,
): Promise<RunContents> {
  if (file === undefined) return run;
  const loaded = await loadCampaign(file, runContext(run, standards));
  return { ...run, campaign: keepCampaign(RunFolder.reopen(target), loaded, run.campaign) };
}

/** `assay report`: the report files of a run, made again or in another format. */
export const command: Command = {
  summary: 'write the report of a run, in any format',
  usage: '<run> [--format NAME] [--campaign FILE] [--out DIR]',
  positionals: [{ name: 'run' }],
  options: {
    format: COMMON.format,
    campaign: CAMPAIGN,
    out: {
      type: 'string',
      value: 'DIR',
      help: 'folder for the files (default: the run folder, which is sealed again)',
    },
  },
  examples: [
    ['assay report reports/runs/2026-11-22T14-55-03Z-seed7 --format pdf', 'a PDF beside the other files'],
    ['assay report reports/runs/2026-11-22T14-55-03Z-seed7 --out filing', 'copies elsewhere'],
  ],
  async run({ values, positionals: [folder = ''], onEvent }) {
    refuseAltered(folder);
    const kept = readRun(folder);
    const formats = await chosenFormats(values);
    const target = textOption(values, 'out') ?? kept.path;
    if (target === kept.path) refuseSigned(target);
    const standards = await discoverStandards();
    const run = await withCampaign(kept, textOption(values, 'campaign'), standards, target);
    const report = reportOf(run, standards);
    const reports = await renderReports(report, formats, target, onEvent);
    const { header, path } = run;
    const reseal = target === run.path && existsSync(join(path, SEAL_FILE));
    if (reseal) sealRun(RunFolder.reopen(path), header.id, header.verdictDigest);
    const lines = Object.entries(reports).map(([format, file]) => `${format}: ${shownPath(file)}`);
    // What nobody named may be missing: a PDF needs a browser.
    const named = listOption(values, 'format').length > 0;
    const exitCode = named && lines.length < formats.length ? 2 : 0;
    return { exitCode, json: { runDir: path, reports: { ...reports } }, text: lines.join('\n') };
  },
};
