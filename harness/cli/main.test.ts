import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { skipBecause } from '#contracts/skip.ts';
import { temporaryFolder } from '#engine/tiny-run.fixture.ts';
import { verifyRun } from '#engine/verify.ts';

const NODE = ['--conditions=source', '--import', 'tsx', 'harness/cli/main.ts'];
const NOBODY = 65_534;

/** Scenarios that take long enough to be stopped in the middle. */
const SLOW = ['run', '--board', 'nrf52840-dk', '--family', 'corrupted-image', '--seed', '7', '--jobs', '1'];
const QUICK = [
  'run',
  '--board',
  'nrf52840-dk',
  '--scenario',
  'rollback/unconfirmed',
  '--seed',
  '7',
  '--jobs',
  '1',
];

function onlyRun(out: string): string {
  const runs = readdirSync(out);
  assert.equal(runs.length, 1, runs.join(', '));
  return join(out, runs[0] ?? '');
}

/** Starts a run, sends SIGINT so many times once scenarios end, and waits for the exit code. */
function interrupt(
  out: string,
  times: number,
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [...NODE, ...SLOW, '--out', out]);
    let [stdout, stderr, sent] = ['', '', false];
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (sent || !stdout.includes('corrupted-image/')) return;
      sent = true;
      for (let i = 0; i < times; i++) setTimeout(() => child.kill('SIGINT'), 60 * i);
    });
    child.on('close', (code) => done({ code, stderr }));
  });
}

describe('the program', () => {
  const folder = temporaryFolder();

  it('ends the scenario under way, seals and exits 2 on Ctrl-C', async () => {
    const { code, stderr } = await interrupt(folder(), 1);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /stopping/);
    const { state, records } = verifyRun(onlyRun(folder()));
    assert.equal(state, 'intact');
    assert.ok(records > 0);
  });

  it('keeps what a killed run recorded readable, and says that it is not sealed', async () => {
    const out = folder();
    await new Promise<void>((done) => {
      const child = spawn(process.execPath, [...NODE, ...SLOW, '--out', out]);
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('corrupted-image/')) child.kill('SIGKILL');
      });
      child.on('close', () => done());
    });
    const { state, records } = verifyRun(onlyRun(out));
    assert.equal(state, 'unsealed');
    assert.ok(records > 0);
  });

  it('puts one document on standard output, whatever a bench file prints', () => {
    const bench = join(folder(), 'chatty.mts');
    const virtual = resolve('boards/benches/virtual.ts');
    writeFileSync(bench, `console.log('hello'); export { bench } from ${JSON.stringify(virtual)};`);
    const args = [...NODE, ...QUICK, '--bench', bench, '--out', join(folder(), 'out'), '--json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.equal(typeof (JSON.parse(stdout) as { readonly verdictDigest: unknown }).verdictDigest, 'string');
    assert.match(stderr, /hello/);
  });

  it('goes on to the end when its reader goes away', async () => {
    const out = join(folder(), 'out');
    const code = await new Promise((done) => {
      const child = spawn(process.execPath, [...NODE, ...QUICK, '--out', out]);
      child.stdout.once('data', () => child.stdout.destroy());
      child.on('close', done);
    });
    assert.equal(code, 0);
    assert.equal(verifyRun(onlyRun(out)).state, 'intact');
  });

  it('says what is kept when the disk takes no more', () => {
    const out = join(folder(), 'out');
    // A limit of the size of one file stands in for a full disk: the write fails in the same way (EFBIG).
    const limited = [
      '-c',
      'ulimit -f 48; exec "$0" "$@"',
      process.execPath,
      ...NODE,
      ...QUICK,
      '--out',
      out,
      '--json',
    ];
    const { status, stdout, stderr } = spawnSync('bash', limited, { encoding: 'utf8' });
    assert.equal(status, 2, stderr);
    const { error } = JSON.parse(stdout) as {
      readonly error: { readonly code: string; readonly message: string };
    };
    assert.equal(error.code, 'run-folder-full');
    assert.match(error.message, /finished records are kept in/);
    const { state } = verifyRun(onlyRun(out));
    assert.equal(state, 'unsealed');
  });

  it('says so when the run folder cannot be written', function () {
    const out = mkdtempSync(join(tmpdir(), 'assay-read-only-'));
    chmodSync(out, 0o555);
    const root = process.getuid?.() === 0;
    if (process.platform === 'win32') skipBecause(this, 'permissions work otherwise here');
    try {
      const options = { encoding: 'utf8', ...(root ? { uid: NOBODY, gid: NOBODY } : {}) } as const;
      const { status, stderr } = spawnSync(process.execPath, [...NODE, ...QUICK, '--out', out], options);
      assert.equal(status, 2, stderr);
      assert.match(stderr, /the run folder cannot be written/);
      assert.match(stderr, /--out/);
    } finally {
      rmSync(out, { recursive: true });
    }
  });

  it('says so when something else is where the run folder should be', () => {
    const out = join(folder(), 'file');
    mkdirSync(folder(), { recursive: true });
    writeFileSync(out, '');
    const { status, stderr } = spawnSync(process.execPath, [...NODE, ...QUICK, '--out', out], {
      encoding: 'utf8',
    });
    assert.equal(status, 2);
    assert.match(stderr, /the run folder cannot be used/);
  });
});
