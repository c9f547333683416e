import { join } from 'node:path';
import { assembleReport } from '#core/assemble.ts';
import { UsageError } from '#core/errors.ts';
import type { ReportFormat, RunReport, Standard } from '#core/record.ts';
import type { OnEvent } from '#engine/events.ts';
import { suggest } from '#engine/nearest.ts';
import type { RunContents } from '#engine/read-run.ts';
import { RunFolder } from '#engine/run-folder.ts';

/** The formats with these ids. Throws UsageError `format-unknown`. */
export function chooseFormats(all: readonly ReportFormat[], ids: readonly string[]): readonly ReportFormat[] {
  const known = all.map((format) => format.id);
  return ids.map((id) => {
    const format = all.find((candidate) => candidate.id === id);
    if (format !== undefined) return format;
    throw new UsageError({
      code: 'format-unknown',
      message: `no report format is called ${id}`,
      remedy: suggest(id, known),
    });
  });
}

/** The report of a run that was read back from its folder. */
export function reportOf(run: RunContents, standards: readonly Standard[]): RunReport {
  const { header, campaign, records, told } = run;
  const { id, tool, startedAt, endedAt, seed, bench, boards, attacks, resumed, selfTest } = header;
  return assembleReport({
    id,
    tool,
    title: campaign?.campaign.title ?? header.title,
    startedAt,
    endedAt,
    interrupted: header.interrupted || header.state === 'running',
    ...(resumed === undefined ? {} : { resumed }),
    ...(selfTest === undefined ? {} : { selfTest }),
    seed,
    bench,
    boards,
    attacks,
    records,
    told,
    campaign,
    standards,
  });
}

/** Writes a report's files into a folder; gives their paths by format id. A format that cannot be made says why. */
export async function renderReports(
  report: RunReport,
  formats: readonly ReportFormat[],
  folder: string,
  onEvent: OnEvent,
): Promise<Readonly<Record<string, string>>> {
  const target = RunFolder.reopen(folder);
  const written: Record<string, string> = {};
  for (const format of formats) {
    const content = await format.render(report);
    if (content instanceof Uint8Array) {
      target.write(format.fileName, content);
      const file = join(target.path, format.fileName);
      written[format.id] = file;
      onEvent({ type: 'report', file });
    } else {
      onEvent({ type: 'report-skipped', format: format.id, reason: content.skipped });
    }
  }
  return written;
}
