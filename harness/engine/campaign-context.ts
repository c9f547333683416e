import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Standard } from '#core/record.ts';
import type { Bench } from '#core/rig.ts';
import { onDisk } from '#engine/disk-error.ts';
import type { CampaignContext } from '#engine/load-campaign.ts';
import type { RunContents } from '#engine/read-run.ts';
import type { TestedImage } from '#engine/sbom/inspect.ts';

function ids(standards: readonly Standard[]): readonly string[] {
  return standards.map(({ id }) => id);
}

/** What a campaign is checked against before a run: everything the bench has. */
export function benchContext({ boards }: Bench, standards: readonly Standard[]): CampaignContext {
  const images = boards.map(({ facts: { id, firmware } }): [string, TestedImage] => {
    const { digest: sha256, bytes } = firmware.golden;
    return [id, { sha256, sha512: hash('sha512', bytes, 'hex') }];
  });
  return {
    images: Object.fromEntries(images),
    boards: images.map(([id]) => id),
    standards: ids(standards),
  };
}

/** What a campaign is checked against after a run, from what the run kept. */
export function runContext({ path, header }: RunContents, standards: readonly Standard[]): CampaignContext {
  const images = header.boards.map(({ id, firmware: { digest: sha256 } }): [string, TestedImage] => {
    const kept = join(path, 'files', `${sha256}.bin`);
    const sha512 = onDisk(kept, () => (existsSync(kept) ? hash('sha512', readFileSync(kept), 'hex') : null));
    return [id, { sha256, sha512 }];
  });
  return { images: Object.fromEntries(images), standards: ids(standards) };
}
