import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { discoverAttacks, discoverFormats, discoverStandards } from '#engine/discovery.ts';
import { inThisThread } from '#engine/executor.ts';
import { loadBench } from '#engine/load-bench.ts';
import { runSelected, type FinishedRun } from '#engine/run.ts';
import { FORBIDDEN } from '../forbidden-words.fixture.ts';

/** Something of every family that is quick on both boards. */
const SCENARIOS = [
  'rollback/unconfirmed',
  'downgrade/older-version',
  'corrupted-image/unsigned',
  'fuzzed-wireless/*-truncated/*',
  'power-loss/upgrade',
];

describe('reports of a real run', () => {
  let folder: string;
  let run: FinishedRun;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-reports-'));
    const [bench, attacks, formats, standards] = [
      await loadBench('virtual'),
      await discoverAttacks(),
      await discoverFormats(),
      await discoverStandards(),
    ];
    run = await runSelected({
      bench,
      benchReference: 'virtual',
      attacks,
      selection: { scenarios: SCENARIOS },
      seed: 7,
      out: folder,
      formats: formats.filter(({ id }) => id !== 'pdf'),
      standards,
      executor: inThisThread(bench, attacks),
      signal: new AbortController().signal,
      onEvent: () => undefined,
    });
  });

  after(() => rm(folder, { recursive: true }));

  const text = (format: string) => readFileSync(run.reports[format] ?? '', 'utf8');

  it('fit the schema', () => {
    const schema = JSON.parse(
      readFileSync(new URL('report.schema.json', import.meta.url), 'utf8'),
    ) as Readonly<Record<string, unknown>>;
    const validate = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(schema);
    assert.ok(validate(JSON.parse(text('json'))), JSON.stringify(validate.errors?.slice(0, 3)));
  });

  it('draw every power-cut sweep, and tell every record', () => {
    const report = JSON.parse(text('json')) as {
      readonly cuts: Readonly<Record<string, { readonly outcomes: Readonly<Record<string, number>> }>>;
      readonly timelines: Readonly<Record<string, readonly unknown[]>>;
    };
    const sweeps = run.records.filter(({ family, verdict }) => family === 'power-loss' && verdict === 'pass');
    assert.ok(sweeps.length >= 2);
    for (const { evidence, coverage } of sweeps) {
      const outcomes = Object.values(report.cuts[evidence.file]?.outcomes ?? {});
      assert.equal(
        outcomes.reduce((a, b) => a + b, 0),
        coverage?.cases,
      );
    }
    for (const { evidence } of run.records) assert.ok((report.timelines[evidence.file]?.length ?? 0) > 0);
  });

  it('name every record and claim no more than was shown', () => {
    const [html, junit] = [text('html'), text('junit')];
    for (const { scenario, evidence } of run.records) {
      assert.ok(html.includes(scenario) && html.includes(evidence.head), scenario);
      assert.ok(junit.includes(evidence.head), scenario);
    }
    for (const file of [html, junit, text('json')]) assert.doesNotMatch(file, FORBIDDEN);
  });
});
