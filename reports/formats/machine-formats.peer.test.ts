import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipBecause } from '../../harness/contracts/skip.ts';
import { format as inToto } from './in-toto.ts';
import { format as junit } from './junit.ts';
import { format as oscal } from './oscal.ts';
import { format as sarif } from './sarif.ts';
import { sampleReport } from './html/sample.fixture.ts';
import { read, readersMissing } from './peers/readers.fixture.ts';
import type { ReportFormat } from '#core/record.ts';

const REPORT = sampleReport({ perAttack: 14, flawed: true, consoleText: '\u001b[2J</script>\u202e' });

interface Reading {
  readonly cases: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly names: readonly string[];
}

interface OscalReading {
  readonly schema: string;
  readonly errors: readonly string[];
  readonly rules: number;
  readonly observations: number;
}

describe('machine formats, read by others', function () {
  this.timeout(180_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-peers-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function written(format: ReportFormat, change = (text: string) => text): Promise<string> {
    const content = await format.render(REPORT);
    assert.ok(content instanceof Uint8Array);
    const path = join(folder, format.fileName);
    writeFileSync(path, change(new TextDecoder().decode(content)));
    return path;
  }

  describe('in Python', () => {
    before(function () {
      const missing = readersMissing();
      if (missing !== null) skipBecause(this, missing);
    });

    it('JUnit: junitparser and junit2html count what the report counts', async () => {
      const { totals, records } = REPORT;
      const path = await written(junit);
      const both = read('junit', path) as Readonly<Record<'junitparser' | 'junit2html', Reading>>;
      for (const reading of [both.junitparser, both.junit2html]) {
        assert.equal(reading.cases, records.length);
        assert.equal(reading.skipped, totals['not-applicable']);
        assert.equal(new Set(reading.names).size, new Set(records.map(({ scenario }) => scenario)).size);
      }
      const { failures, errors } = both.junitparser;
      assert.deepEqual([failures, errors], [totals.fail, totals.error + totals.inconclusive]);
      assert.equal(both.junit2html.failures, failures + errors);
    });

    it('OSCAL: fits the NIST schema and rules, and the model of compliance-trestle', async () => {
      const path = await written(oscal);
      const { schema, errors, rules, observations } = read('oscal', path) as OscalReading;
      assert.match(schema, /oscal\/1\.0\/1\.2\.\d+\//);
      assert.deepEqual(errors, []);
      assert.equal(rules, 0);
      assert.equal(observations, REPORT.records.length);
    });

    it('OSCAL: is refused with a state that the language does not know', async () => {
      const path = await written(oscal, (text) => text.replace('"satisfied"', '"proven"'));
      assert.throws(() => read('oscal', path), /state/);
    });

    it('in-toto: fits the messages of the attestation framework', async () => {
      const said = read('in-toto', await written(inToto)) as Readonly<Record<string, unknown>>;
      assert.equal(said['result'], 'FAILED');
      assert.equal(said['passed'], REPORT.totals.pass);
      assert.equal(said['failed'], REPORT.totals.fail);
      assert.deepEqual(
        said['subjects'],
        REPORT.boards.map(({ id }) => `${id}/firmware`),
      );
    });

    it('in-toto: is refused with a member that the predicate does not have', async () => {
      const path = await written(inToto, (text) => text.replace('"passedTests"', '"provenTests"'));
      assert.throws(() => read('in-toto', path), /provenTests/);
    });
  });

  describe("SARIF, with Microsoft's validator", () => {
    const tool = process.env['ASSAY_SARIF_MULTITOOL'] ?? '';

    before(function () {
      if (!existsSync(tool)) skipBecause(this, 'no SARIF Multitool; set ASSAY_SARIF_MULTITOOL');
    });

    /** Rules that a file breaks, with their level. */
    function broken(path: string): readonly string[] {
      const output = `${path}.validation`;
      const rules = ['--rule-kind', 'Sarif;Ghas', '--level', 'Error;Warning', '--kind', 'Fail'];
      const options = ['validate', path, ...rules, '--output', output, '--log', 'ForceOverwrite'];
      const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' };
      const { stdout } = spawnSync(tool, options, { env, encoding: 'utf8', timeout: 120_000 });
      assert.match(stdout, /1 files? scanned/);
      const log = JSON.parse(readFileSync(output, 'utf8').replace(/^\ufeff/, '')) as {
        readonly runs: readonly {
          readonly results?: readonly { readonly ruleId: string; readonly level?: string }[];
        }[];
      };
      const results = log.runs.flatMap((run) => run.results ?? []);
      return [...new Set(results.map(({ ruleId, level }) => `${level ?? 'warning'} ${ruleId}`))];
    }

    it('breaks no rule of the standard or of GitHub, but that there is no address to look Assay up', async () => {
      assert.deepEqual(broken(await written(sarif)), ['warning SARIF2005']);
    });

    it('is refused where a result names a rule that is not there', async () => {
      const path = await written(sarif, (text) => text.replace('"ruleIndex": 1', '"ruleIndex": 99'));
      assert.ok(broken(path).some((rule) => rule.startsWith('error ')));
    });
  });
});
