import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchContext, runContext } from '#engine/campaign-context.ts';
import { CAMPAIGN_FILE, keepCampaign } from '#engine/campaign-file.ts';
import { discoverStandards } from '#engine/discovery.ts';
import { loadBench } from '#engine/load-bench.ts';
import { loadCampaign, type CampaignContext } from '#engine/load-campaign.ts';
import { readRun } from '#engine/read-run.ts';
import { reportOf } from '#engine/render-reports.ts';
import { RunFolder } from '#engine/run-folder.ts';
import { sealRun } from '#engine/seal.ts';
import { CYCLONEDX, IMAGE } from '#engine/sbom/sample-bills.fixture.ts';
import { runTiny, temporaryFolder, tinyBench } from '#engine/tiny-run.fixture.ts';
import { verifyRun } from '#engine/verify.ts';

const context: CampaignContext = {
  images: { left: IMAGE },
  boards: ['left', 'right'],
  standards: ['cra-annex-i', 'en-18031-1'],
};

describe('loading a campaign', () => {
  const folder = temporaryFolder();

  function file(name: string, content: unknown): string {
    const path = join(folder(), name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  const load = (content: unknown, name = 'campaign.json') => loadCampaign(file(name, content), context);

  it('takes TypeScript, JavaScript and JSON', async () => {
    const source = `export const campaign = { operator: { name: 'O' } }`;
    for (const name of ['a.ts', 'b.mts', 'c.mjs']) {
      const typed = name.endsWith('ts') ? `${source} as { operator: { name: string } };` : source;
      assert.equal((await load(typed, name)).record.campaign.operator?.name, 'O', name);
    }
    const { record } = await load({ operator: { name: 'O' } });
    assert.equal(record.campaign.operator?.name, 'O');
    assert.equal(record.source.file, 'campaign.json');
    assert.match(record.source.sha256, /^[0-9a-f]{64}$/);
  });

  it('says which file is missing, too large or broken', async () => {
    await assert.rejects(loadCampaign(join(folder(), 'no.ts'), context), { code: 'campaign-missing' });
    await assert.rejects(load('x'.repeat((1 << 20) + 1)), { code: 'campaign-missing', got: /1048577/ });
    await assert.rejects(load('{'), { code: 'campaign-broken' });
    await assert.rejects(load('export const ???', 'syntax.ts'), { code: 'campaign-broken' });
    await assert.rejects(load('export const other = 1;', 'none.mjs'), {
      code: 'campaign-invalid',
      got: 'nothing',
    });
  });

  it('names field, expected and got, and the other fields with them', async () => {
    await assert.rejects(load({ lab: { name: 'L' }, issuedAt: 'today' }), {
      code: 'campaign-invalid',
      message: /lab\.independence of the campaign file/,
      expected: 'one of manufacturer, independent',
      got: 'nothing',
      remedy: /issuedAt: expected a date such as 2026-11-22, got "today"/,
    });
  });

  it('knows the boards and standards that it may name', async () => {
    await assert.rejects(load({ devices: { lefd: {} } }), {
      code: 'campaign-invalid',
      message: /devices\["lefd"\]/,
      expected: /did you mean left/,
    });
    await assert.rejects(load({ standards: ['cra-anex-i'] }), { expected: /did you mean cra-annex-i/ });
    const power = { serves: 'power', model: 'x', boards: ['middle'] };
    await assert.rejects(load({ instruments: [power] }), { message: /instruments\[0\]\.boards\[0\]/ });
    const { boards: _boards, ...later } = context;
    const loaded = await loadCampaign(file('c.json', { devices: { other: {} } }), later);
    assert.deepEqual(Object.keys(loaded.record.campaign.devices ?? {}), ['other']);
  });

  it('brings the bill of materials along, from beside the campaign file', async () => {
    file('bill.cdx.json', CYCLONEDX);
    const { record, files } = await load({ devices: { left: { sbom: 'bill.cdx.json' } } });
    const bill = record.sboms['left'];
    assert.equal(bill?.boundBy, 'SHA-512 of component firmware');
    assert.deepEqual([...files.keys()], [bill?.file]);
    await assert.rejects(load({ devices: { left: { sbom: 'other.json' } } }), { code: 'sbom-missing' });
  });
});

describe('a campaign in a run', () => {
  const folder = temporaryFolder();

  async function runWith(campaign: unknown) {
    const path = join(folder(), 'campaign.json');
    writeFileSync(path, JSON.stringify(campaign));
    const loaded = await loadCampaign(path, benchContext(tinyBench(), []));
    return runTiny(folder(), { campaign: loaded });
  }

  it('is kept, sealed and reported', async () => {
    const { runDir } = await runWith({ title: 'Lock v2', operator: { name: 'O' } });
    assert.equal(verifyRun(runDir).state, 'intact');
    const run = readRun(runDir);
    assert.equal(run.campaign?.campaign.operator?.name, 'O');
    const report = reportOf(run, []);
    assert.equal(report.title, 'Lock v2');
    assert.ok(!report.gaps.some(({ what }) => what === 'operator'));
    assert.ok(report.gaps.some(({ what }) => what === 'customer'));
  });

  it('is altered where one byte of it is', async () => {
    const { runDir } = await runWith({ operator: { name: 'O' } });
    const path = join(runDir, CAMPAIGN_FILE);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"O"', '"P"'));
    const { state, mismatches } = verifyRun(runDir);
    assert.equal(state, 'altered');
    assert.deepEqual(
      mismatches.map((mismatch) => mismatch.file),
      [CAMPAIGN_FILE],
    );
    writeFileSync(path, '{}');
    assert.equal(verifyRun(runDir).state, 'altered');
    assert.throws(() => readRun(runDir), { code: 'run-unreadable' });
  });

  it('may come later, and says what it replaces', async () => {
    const { runDir } = await runWith({ operator: { name: 'O' } });
    const path = join(folder(), 'later.json');
    const board = readRun(runDir).header.boards[0]?.id ?? '';
    writeFileSync(join(folder(), 'bill.json'), JSON.stringify(CYCLONEDX));
    writeFileSync(path, JSON.stringify({ devices: { [board]: { sbom: 'bill.json' } } }));
    const before = readRun(runDir);
    const loaded = await loadCampaign(path, runContext(before, []));
    const kept = keepCampaign(RunFolder.reopen(runDir), loaded, before.campaign);
    assert.match(kept.amends ?? '', /^[0-9a-f]{64}$/);
    assert.equal(kept.sboms[board]?.boundBy, null);
    assert.deepEqual(readRun(runDir).campaign, kept);
    const again = keepCampaign(RunFolder.reopen(runDir), loaded, kept);
    assert.equal(again.amends, kept.amends, 'the same campaign again amends nothing');
    sealRun(RunFolder.reopen(runDir), before.header.id, before.header.verdictDigest);
    assert.equal(verifyRun(runDir).state, 'intact');
  });

  it('is none where nobody made one', async () => {
    const { runDir } = await runTiny(folder());
    assert.equal(readRun(runDir).campaign, null);
  });
});

describe('the example of a campaign', () => {
  it('fits the virtual bench and names the images it is of', async () => {
    const path = fileURLToPath(new URL('../../boards/campaigns/virtual.example.ts', import.meta.url));
    const [bench, standards] = [await loadBench('virtual'), await discoverStandards()];
    const { record } = await loadCampaign(path, benchContext(bench, standards));
    for (const { facts } of bench.boards) {
      const bill = record.sboms[facts.id];
      assert.ok(bill, facts.id);
      const hint = `write ${facts.firmware.golden.digest} into boards/campaigns/${bill.name}`;
      assert.notEqual(bill.boundBy, null, hint);
    }
  });
});
