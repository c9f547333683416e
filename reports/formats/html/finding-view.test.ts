import assert from 'node:assert/strict';
import { format as sarif } from '../sarif.ts';
import { findingViews } from './finding-view.ts';
import { sampleReport } from './sample.fixture.ts';

const report = sampleReport({ perAttack: 2 });
const found = report.records.find(({ evidence }) => report.fuzzFindings[evidence.file] !== undefined);

describe('findings in a report', () => {
  it('show the input as hex, how often it does it, and where it is kept', () => {
    assert.ok(found !== undefined);
    const record = { ...found, number: 1 };
    const text = findingViews(record, report)?.text ?? '';
    const folder = `findings/${found.evidence.file.split('/')[1]}/0123456789ab`;
    assert.match(text, /<pre class="bytes">30 02 00 00<\/pre>/);
    assert.match(text, /2 of 10 \(6 to 51 %\) on a freshly restored board: flaky/);
    assert.ok(text.includes(`<code>${folder}/case.json</code>`), text);
  });

  it('are nothing where there are none', () => {
    const other = report.records.find(({ evidence }) => report.fuzzFindings[evidence.file] === undefined);
    assert.ok(other !== undefined);
    assert.equal(findingViews({ ...other, number: 2 }, report), null);
  });

  it('go into code-scanning views with the file to send again', async () => {
    assert.ok(found !== undefined);
    const bytes = await sarif.render(report);
    assert.ok(bytes instanceof Uint8Array);
    const { runs } = JSON.parse(Buffer.from(bytes).toString()) as {
      runs: readonly {
        results: readonly {
          attachments?: readonly { artifactLocation: { uri: string } }[];
          properties: { findings?: readonly { steps: readonly { hex: string }[] }[] };
        }[];
      }[];
    };
    const result = runs[0]?.results.find(({ attachments }) => attachments !== undefined);
    assert.match(
      result?.attachments?.[0]?.artifactLocation.uri ?? '',
      /^findings\/.*\/0123456789ab\/case\.json$/,
    );
    assert.equal(result?.properties.findings?.[0]?.steps[0]?.hex, '30020000');
  });
});
