import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runListPage } from '#engine/discovery.ts';
import { assay } from '../fake-streams.fixture.ts';
import { listRuns } from './list-runs.ts';
import { serveRuns, type Serving } from './server.ts';

interface Got {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const HEADER = {
  schema: 'assay-run-1',
  state: 'ended',
  id: 'one',
  title: 'A <b>bold</b> title',
  startedAt: '2026-11-22T10:00:00.000Z',
  endedAt: '2026-11-22T10:01:00.000Z',
  interrupted: false,
  seed: 7,
  bench: { id: 'virtual', title: 'the virtual bench' },
  benchReference: 'virtual',
  boards: [],
  attacks: [],
  planned: 2,
  verdictDigest: null,
};

let folder = '';

function makeRun(name: string, header: object, verdicts: readonly string[]): void {
  const records = join(folder, name, 'records', 'board');
  mkdirSync(records, { recursive: true });
  writeFileSync(join(folder, name, 'run.json'), JSON.stringify(header));
  for (const [index, verdict] of verdicts.entries()) {
    writeFileSync(join(records, `${index}.json`), JSON.stringify({ verdict }));
  }
}

/** Asks as no well-behaved client would: the path goes out as it is. */
function get(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Got> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body }),
      );
    })
      .once('error', reject)
      .end();
  });
}

describe('assay report --serve', () => {
  let serving: Serving;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-serve-'));
    makeRun('old', HEADER, ['pass', 'pass']);
    makeRun('new', { ...HEADER, startedAt: '2026-11-23T10:00:00.000Z', interrupted: true }, ['pass', 'fail']);
    makeRun('broken', { schema: 'something else' }, []);
    writeFileSync(join(folder, 'old', 'report.html'), '<!doctype html><title>old</title>');
    writeFileSync(join(folder, 'old', 'junit.xml'), '<testsuites/>');
    writeFileSync(join(folder, 'secret.txt'), 'SECRET');
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'old', 'report.txt'));
    serving = await serveRuns({ folder, page: await runListPage(), port: 0 });
  });
  after(async () => {
    await serving[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  it('lists what is a run, newest first, each with its worst verdict', () => {
    const runs = listRuns(folder);
    assert.deepEqual(
      runs.map(({ name, verdict, state }) => [name, verdict, state]),
      [
        ['new', 'fail', 'interrupted'],
        ['old', 'pass', 'ended'],
      ],
    );
    assert.deepEqual(runs[1]?.files, ['report.html', 'junit.xml', 'run.json']);
  });

  it('shows the list as a page on which nothing of a run acts', async () => {
    const { status, type, body } = await get(serving.url, '/');
    assert.equal(status, 200);
    assert.match(type, /^text\/html/);
    assert.match(body, /A &lt;b&gt;bold&lt;\/b&gt; title/);
    assert.doesNotMatch(body, /<b>bold/);
    assert.match(body, /\/runs\/old\/report\.html/);
  });

  it('gives reports as pages, everything else as text', async () => {
    assert.match((await get(serving.url, '/runs/old/report.html')).type, /^text\/html/);
    const xml = await get(serving.url, '/runs/old/junit.xml');
    assert.match(xml.type, /^text\/plain/);
    assert.equal(xml.body, '<testsuites/>');
    assert.match((await get(serving.url, '/runs/old/verify')).body, /not sealed/);
  });

  it('leads nowhere else', async () => {
    const paths = [
      '/runs/old/../../secret.txt',
      '/runs/..%2f/secret.txt',
      '/runs/old/..%2f..%2fsecret.txt',
      '/runs/old/%2e%2e/secret.txt',
      '/runs/old/report.txt',
      '/runs/old/records/board/0.json',
      '/runs/%00/report.html',
      '/runs/%zz/report.html',
      '/secret.txt',
      '//secret.txt',
      '/runs/none/report.html',
    ];
    for (const path of paths) {
      const { status, body } = await get(serving.url, path);
      assert.equal(status, 404, path);
      assert.doesNotMatch(body, /SECRET/);
    }
  });

  it('answers nobody who came under another name, and takes nothing', async () => {
    assert.equal((await get(serving.url, '/', { host: 'attacker.example' })).status, 421);
    assert.equal((await get(serving.url, '/', {}, 'POST')).status, 405);
  });

  it('says what is wrong with a port or a folder', async () => {
    const port = new URL(serving.url).port;
    const taken = await assay('report', folder, '--serve', '--port', port);
    assert.equal(taken.exitCode, 2);
    assert.match(taken.stderr, /cannot be used/);
    assert.equal((await assay('report', join(folder, 'none'), '--serve')).exitCode, 64);
    assert.equal((await assay('report', folder, '--serve', '--port', '70000')).exitCode, 64);
    assert.equal((await assay('report')).exitCode, 64);
  });
});
