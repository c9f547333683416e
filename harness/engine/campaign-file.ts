import type { CampaignRecord } from '#core/campaign.ts';
import { isCampaign } from '#core/campaign-shape.ts';
import type { Json } from '#core/canonical.ts';
import { digestOf } from '#core/digest.ts';
import { UsageError } from '#core/errors.ts';
import type { RunFiles } from '#engine/bundle/run-files.ts';
import type { RunFolder } from '#engine/run-folder.ts';

/** File of the run folder that holds what a person stated of the run. */
export const CAMPAIGN_FILE = 'campaign.json';

/** A campaign that was read and checked, with the files it brings along. */
export interface LoadedCampaign {
  readonly record: CampaignRecord;
  /** Content by path in the run folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

function isRecord(value: unknown): value is CampaignRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { schema, source, sboms, campaign } = value as Partial<CampaignRecord>;
  return (
    schema === 'assay-campaign-1' &&
    typeof source?.sha256 === 'string' &&
    typeof sboms === 'object' &&
    isCampaign(campaign)
  );
}

/** The campaign of a run; null where it has none. Throws UsageError `run-unreadable` for a file that is no campaign. */
export function readCampaign(files: RunFiles): CampaignRecord | null {
  if (!files.has(CAMPAIGN_FILE)) return null;
  const text = Buffer.from(files.read(CAMPAIGN_FILE)).toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (isRecord(value)) return value;
  throw new UsageError({
    code: 'run-unreadable',
    message: `${files.path} holds no campaign that can be read`,
    expected: 'what `assay run --campaign` wrote',
    remedy: 'restore the file, or take it away and seal the run again with `assay report`',
  });
}

/**
 * Writes a campaign and its files into a run folder. One that replaces another says so by the digest of what it
 * replaces, so that an amended report can be told from the first.
 */
export function keepCampaign(
  folder: RunFolder,
  { record, files }: LoadedCampaign,
  before: CampaignRecord | null,
): CampaignRecord {
  const same = before?.source.sha256 === record.source.sha256;
  const replaced = before === null ? null : digestOf(before as unknown as Json);
  const kept: CampaignRecord = { ...record, amends: same ? before.amends : replaced };
  for (const [file, bytes] of files) folder.write(file, bytes);
  folder.writeJson(CAMPAIGN_FILE, kept as unknown as Json);
  return kept;
}
