import { hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Campaign, SbomSummary } from '#core/campaign.ts';
import { campaignMisfits } from '#core/campaign-shape.ts';
import { isAssayError, UsageError } from '#core/errors.ts';
import type { Misfit } from '#core/shape.ts';
import type { LoadedCampaign } from '#engine/campaign-file.ts';
import { suggest } from '#engine/nearest.ts';
import { inspectSbom, type TestedImage } from '#engine/sbom/inspect.ts';
import { exportIn, importUser, remedyFor } from '#engine/user-module.ts';

/** What a campaign is checked against. */
export interface CampaignContext {
  /** Image that each board was tested with, by board id. */
  readonly images: Readonly<Record<string, TestedImage>>;
  /** Boards that the campaign may name; where it is left out, it may name others, e.g. of a larger bench. */
  readonly boards?: readonly string[];
  /** Ids of the standards there are. */
  readonly standards: readonly string[];
}

const LARGEST = 1 << 20;

function readSource(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > LARGEST) throw new Error(`${size} bytes`);
    return readFileSync(path);
  } catch (cause) {
    throw new UsageError({
      code: 'campaign-missing',
      message: `the campaign file ${path} cannot be read`,
      expected: `a TypeScript, JavaScript or JSON file of at most ${LARGEST} bytes`,
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: 'check the path; docs/campaign.md shows what a campaign file looks like',
      cause,
    });
  }
}

async function valueIn(path: string, bytes: Uint8Array): Promise<unknown> {
  try {
    if (path.endsWith('.json')) return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return exportIn(await importUser(path), 'campaign');
  } catch (cause) {
    throw new UsageError({
      code: 'campaign-broken',
      message: `the campaign file ${path} cannot be loaded`,
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: isAssayError(cause) ? cause.remedy : remedyFor(path),
      cause,
    });
  }
}

function refuse(path: string, found: readonly Misfit[]): void {
  const [first, ...rest] = found;
  if (first === undefined) return;
  const others = rest.map(({ field, expected, got }) => `${field}: expected ${expected}, got ${got}`);
  throw new UsageError({
    code: 'campaign-invalid',
    message: `${first.field} of the campaign file ${path} does not fit`,
    expected: first.expected,
    got: first.got,
    remedy: ['correct it; docs/campaign.md lists every field', ...others].join('; also '),
  });
}

function unknownIds(
  ids: readonly (readonly [field: string, id: string])[],
  known: readonly string[],
): Misfit[] {
  return ids
    .filter(([, id]) => !known.includes(id))
    .map(([field, id]) => ({ field, expected: suggest(id, known), got: JSON.stringify(id) }));
}

/** Names that point at nothing: a board or a standard that does not exist would leave its entries unseen. */
function danglingNames(campaign: Campaign, { boards, standards }: CampaignContext): readonly Misfit[] {
  const { devices = {}, instruments = [], statements = [], ixit = [] } = campaign;
  const inList = (list: string, name: string, ids: readonly string[] | undefined) =>
    (ids ?? []).map((id, index) => [`${list}.${name}[${index}]`, id] as const);
  const named = [
    ...Object.keys(devices).map((id) => [`devices[${JSON.stringify(id)}]`, id] as const),
    ...instruments.flatMap((one, index) => inList(`instruments[${index}]`, 'boards', one.boards)),
    ...ixit.flatMap((row, index) => inList(`ixit[${index}]`, 'boards', row.boards)),
  ];
  const standardsNamed = [
    ...(campaign.standards ?? []).map((id, index) => [`standards[${index}]`, id] as const),
    ...statements.map(({ standard }, index) => [`statements[${index}].standard`, standard] as const),
    ...ixit.map(({ standard }, index) => [`ixit[${index}].standard`, standard] as const),
  ];
  return [
    ...(boards === undefined ? [] : unknownIds(named, boards)),
    ...unknownIds(standardsNamed, standards),
  ];
}

/**
 * Loads a campaign file: TypeScript or JavaScript with an export `campaign`, or JSON. Throws UsageError
 * `campaign-missing`, `campaign-broken`, `campaign-invalid` (naming field, expected, got), `sbom-missing` or
 * `sbom-unreadable`.
 */
export async function loadCampaign(reference: string, context: CampaignContext): Promise<LoadedCampaign> {
  const path = resolve(reference);
  const bytes = readSource(path);
  const value = await valueIn(path, bytes);
  refuse(path, campaignMisfits(value));
  // As it will be read back: plain data, nothing that a script left in it.
  const campaign = JSON.parse(JSON.stringify(value)) as Campaign;
  refuse(path, danglingNames(campaign, context));
  const sboms: Record<string, SbomSummary> = {};
  const files = new Map<string, Uint8Array>();
  for (const [board, { sbom }] of Object.entries(campaign.devices ?? {})) {
    const image = context.images[board];
    if (sbom === undefined || image === undefined) continue;
    const found = await inspectSbom(resolve(dirname(path), sbom), image);
    sboms[board] = found.summary;
    files.set(found.summary.file, found.bytes);
  }
  const source = { file: basename(path), sha256: hash('sha256', bytes, 'hex') };
  return { record: { schema: 'assay-campaign-1', source, amends: null, campaign, sboms }, files };
}
