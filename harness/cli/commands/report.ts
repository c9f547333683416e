import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '#core/errors.ts';
import type { Standard } from '#core/record.ts';
import { runContext } from '#engine/campaign-context.ts';
import { keepCampaign } from '#engine/campaign-file.ts';
import { discoverStandards, runListPage } from '#engine/discovery.ts';
import { loadCampaign } from '#engine/load-campaign.ts';
import { printable } from '#engine/printable.ts';
import { readRun, type RunContents } from '#engine/read-run.ts';
import { renderReports, reportOf } from '#engine/render-reports.ts';
import { RunFolder } from '#engine/run-folder.ts';
import { SEAL_FILE } from '#engine/bundle/names.ts';
import { refuseSigned, sealRun } from '#engine/seal.ts';
import { verifyRun } from '#engine/verify.ts';
import type { Answer, Call, Command } from '../command.ts';
import { CAMPAIGN, COMMON, listOption, textOption, wholeOption } from '../options.ts';
import { shownPath } from '../run-answer.ts';
import { serveRuns } from '../serve/server.ts';
import { chosenFormats, OUT } from '../setup.ts';

/** Where runs are served unless told otherwise. */
const PORT = 4870;

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

function noRun(): UsageError {
  return new UsageError({
    code: 'argument-missing',
    message: 'assay report needs <run>',
    expected: 'a run folder, or --serve',
    remedy: 'see `assay report --help` for examples',
  });
}

/** Serves until it is interrupted. */
async function serve(folder: string, { values, signal, say }: Call): Promise<Answer> {
  if (!existsSync(folder)) {
    throw new UsageError({
      code: 'folder-missing',
      message: `${printable(folder)} is no folder of runs`,
      remedy: 'make a run with `assay run`, or name the folder that was given with --out',
    });
  }
  const port = wholeOption(values, 'port', 0, 65_535) ?? PORT;
  await using serving = await serveRuns({ folder: resolve(folder), page: await runListPage(), port });
  say(`the runs of ${printable(folder)} are at ${serving.url} (Ctrl-C ends this)`);
  await new Promise<void>((done) => {
    if (signal.aborted) done();
    signal.addEventListener('abort', () => done(), { once: true });
  });
  return { exitCode: 0, json: { url: serving.url, folder }, text: 'no longer served' };
}

/** `assay report`: the report files of a run, made again or in another format. */
export const command: Command = {
  summary: 'write the report of a run, in any format',
  usage: '<run> [--format NAME] [--campaign FILE] [--out DIR] | --serve [<folder of runs>] [--port N]',
  positionals: [{ name: 'run', optional: true }],
  options: {
    format: COMMON.format,
    campaign: CAMPAIGN,
    out: {
      type: 'string',
      value: 'DIR',
      help: 'folder for the files (default: the run folder, which is sealed again)',
    },
    serve: {
      type: 'boolean',
      help: `show the runs of a folder (default ${OUT}) in the browser of this machine`,
    },
    port: { type: 'string', value: 'N', help: `where to serve (default ${PORT}; 0: any free port)` },
  },
  examples: [
    ['assay report reports/runs/2026-11-22T14-55-03Z-seed7 --format pdf', 'a PDF beside the other files'],
    ['assay report reports/runs/2026-11-22T14-55-03Z-seed7 --out filing', 'copies elsewhere'],
    ['assay report --serve', 'every run of this folder, in the browser'],
  ],
  async run(call) {
    const {
      values,
      positionals: [folder],
      onEvent,
    } = call;
    if (values['serve'] === true) return serve(folder ?? OUT, call);
    if (folder === undefined) throw noRun();
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
