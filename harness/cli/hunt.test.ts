import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assay } from './fake-streams.fixture.ts';

const BENCH = ['--bench', 'virtual-fuzzed'];
const WANTED = [...BENCH, '--board', 'nrf52840-dk-long-write', '--protocol', 'ble', '--seed', '7'];

const KEPT = ['--format', 'json', '--json'];

interface Told {
  readonly runDir: string;
  readonly findings: readonly string[];
}

describe('assay fuzz and assay replay of a finding', () => {
  const out = mkdtempSync(join(tmpdir(), 'assay-hunt-'));
  after(() => rmSync(out, { recursive: true, force: true }));
  let told: Told = { runDir: '', findings: [] };
  const thirty = () => assay('fuzz', ...WANTED, '--cases', '30', ...KEPT, '--out', out);
  const finding = () => told.findings[0] ?? '';

  it('finds what crashes a board, goes on, and keeps it once', async () => {
    const { exitCode, stdout } = await thirty();
    assert.equal(exitCode, 1);
    told = JSON.parse(stdout) as Told;
    assert.equal(told.findings.length, 1);
    const state = JSON.parse(readFileSync(join(told.runDir, 'corpus/state.json'), 'utf8')) as {
      next: number;
    };
    assert.equal(state.next, 30);
    assert.ok(readdirSync(join(told.runDir, 'corpus')).length > 1);
    assert.equal((await assay('verify', told.runDir)).exitCode, 0);
  });

  it('sends it again: 1 where it still happens, 0 where it does no more', async () => {
    const again = await assay('replay', finding(), ...BENCH);
    assert.equal(again.exitCode, 1);
    assert.match(again.stdout, /it still happens: 3 of 3/);
    const mended = await assay('replay', join(finding(), 'case.json'), ...BENCH, '--board', 'nrf52840-dk');
    assert.equal(mended.exitCode, 0);
    assert.match(mended.stdout, /it happens no more: 0 of 3/);
  });

  it('goes on where it stopped, without triaging again what is known', async () => {
    const more = [
      '--resume',
      told.runDir,
      ...BENCH,
      '--cases',
      '10',
      '--out',
      out,
      '--format',
      'json',
      '--json',
    ];
    const { exitCode, stdout } = await assay('fuzz', ...more);
    assert.ok(exitCode === 0 || exitCode === 1);
    const { runDir, findings } = JSON.parse(stdout) as Told;
    const state = JSON.parse(readFileSync(join(runDir, 'corpus/state.json'), 'utf8')) as { next: number };
    assert.equal(state.next, 40);
    assert.deepEqual(
      findings.map((place) => place.split('/').at(-1)),
      [finding().split('/').at(-1)],
    );
    assert.ok(existsSync(join(runDir, 'corpus')));
  });

  it('sends the same cases for the same seed', async () => {
    const { stdout } = await thirty();
    const { runDir } = JSON.parse(stdout) as Told;
    const digests = (folder: string) => {
      const records = join(folder, 'records/nrf52840-dk-long-write');
      const file = readdirSync(records).find((name) => /hunt.*\.jsonl$/.test(name)) ?? '';
      return [...readFileSync(join(records, file), 'utf8').matchAll(/"digest":"([0-9a-f]{64})"/g)].map(
        ([, digest]) => digest,
      );
    };
    assert.deepEqual(digests(runDir), digests(told.runDir));
    assert.equal(digests(runDir).length, 30);
  });

  it('refuses a target that nobody allowed, before anything is sent', async () => {
    const { exitCode, stderr } = await assay(
      'fuzz',
      '--board',
      'esp32-devkitc',
      '--protocol',
      'mqtt',
      '--out',
      out,
    );
    assert.equal(exitCode, 64);
    assert.match(stderr, /esp32-devkitc, which nobody has allowed/);
    assert.match(stderr, /--allow esp32-devkitc/);
  });

  it('refuses what it cannot do: no protocol, one that is not there, a campaign of something else', async () => {
    for (const [args, said] of [
      [[...BENCH, '--board', 'nrf52840-dk'], /say which protocol/],
      [[...BENCH, '--board', 'nrf52840-dk', '--protocol', 'mqtt'], /takes no mqtt/],
      [[...BENCH, '--protocol', 'ble'], /say which board/],
      [[...BENCH, '--board', 'nrf52840-dk', '--resume', told.runDir], /about something else/],
      [[...BENCH, '--resume', out], /not a campaign/],
    ] as const) {
      const { exitCode, stderr } = await assay('fuzz', ...args);
      assert.equal(exitCode, 64, stderr);
      assert.match(stderr, said);
    }
  });

  it('refuses a case that is none: cut, of another schema, with steps that are no bytes, or far too many', async () => {
    const whole = readFileSync(join(finding(), 'case.json'), 'utf8');
    const value = JSON.parse(whole) as Record<string, unknown>;
    const step = { name: 'x', bytes: '00' };
    const path = join(out, 'case.json');
    const wrong = [
      whole.slice(0, 100),
      '[]',
      'null',
      JSON.stringify({ ...value, schema: 'assay-case-2' }),
      JSON.stringify({ ...value, steps: [] }),
      JSON.stringify({ ...value, steps: [{ name: 'x', bytes: 'zz' }] }),
      JSON.stringify({ ...value, steps: Array.from({ length: 300 }, () => step) }),
      JSON.stringify({ ...value, alarm: 'none' }),
    ];
    for (const text of wrong) {
      writeFileSync(path, text);
      const { exitCode, stderr } = await assay('replay', path, ...BENCH);
      assert.equal(exitCode, 64, stderr);
      assert.match(stderr, /not a case that can be sent again/);
    }
    writeFileSync(path, JSON.stringify({ ...value, protocol: 'coap' }));
    const { exitCode, stderr } = await assay('replay', path, ...BENCH);
    assert.equal(exitCode, 64);
    assert.match(stderr, /takes no coap on this bench/);
  });
});
