import { InternalError } from '#core/errors.ts';
import { discoverFormats, discoverStandards } from '#engine/discovery.ts';
import { readRun } from '#engine/read-run.ts';
import { reportOf } from '#engine/render-reports.ts';

/** What it took a process of its own to make one report of a run. */
export interface ReportCost {
  /** To read the evidence and check its hashes. */
  readonly readSeconds: number;
  /** To make the report of what was read. */
  readonly seconds: number;
  /** Of the report; null where it could not be made. */
  readonly bytes: number | null;
  /** Why it could not be made. */
  readonly skipped?: string;
  /** Most memory the process ever had, in bytes. */
  readonly memory: number;
}

const now = () => performance.now() / 1000;

async function render(folder: string, id: string): Promise<ReportCost> {
  const standards = await discoverStandards();
  const format = (await discoverFormats()).find((one) => one.id === id);
  if (format === undefined) {
    throw new InternalError({
      code: 'benchmark-format',
      message: `there is no report format ${id}`,
      remedy: 'look at reports/formats',
    });
  }
  const began = now();
  const run = readRun(folder);
  const read = now();
  const made = await format.render(reportOf(run, standards));
  return {
    readSeconds: read - began,
    seconds: now() - read,
    memory: process.resourceUsage().maxRSS * 1024,
    ...(made instanceof Uint8Array ? { bytes: made.length } : { bytes: null, skipped: made.skipped }),
  };
}

const [folder = '', id = ''] = process.argv.slice(2);
process.send?.(await render(folder, id));
process.disconnect?.();
