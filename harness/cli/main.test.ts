import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '#engine/tiny-run.fixture.ts';
import { verifyRun } from '#engine/verify.ts';

const NODE = ['--conditions=source', '--import', 'tsx', 'harness/cli/main.ts'];

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
  '--format',
  'html,json,junit',
];

function onlyRun(out: string): string {
  const runs = readdirSync(out);
  assert.equal(runs.length, 1, runs.join(', '));
  return join(out, runs[0] ?? '');
}

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Starts the program and sends a signal whenever it says one of the cues, each once and in order. */
function signalAt(args: readonly string[], cues: readonly string[], signal: NodeJS.Signals): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [...NODE, ...args]);
    let [said, stderr, next] = ['', '', 0];
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const cue = cues[next];
      if (cue === undefined || !said.includes(cue)) return;
      next += 1;
      child.kill(signal);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      hear(chunk);
    });
    child.on('close', (code) => done({ code, stderr }));
  });
}

describe('the program', () => {
  const folder = temporaryFolder();

  it('ends the scenario under way, seals and exits 2 on Ctrl-C', async () => {
    const { code, stderr } = await signalAt([...SLOW, '--out', folder()], ['corrupted-image/'], 'SIGINT');
    assert.equal(code, 2, stderr);
    assert.match(stderr, /stopping/);
    const { state, records } = verifyRun(onlyRun(folder()));
    assert.equal(state, 'intact');
    assert.ok(records > 0);
  });

  it('ends at once on the second Ctrl-C, even where an instrument does not let go', async () => {
    const bench = join(folder(), 'stuck.mts');
    const virtual = resolve('boards/benches/virtual.ts');
    writeFileSync(
      bench,
      `import { bench as virtual } from ${JSON.stringify(virtual)};
      const open = () => {
        console.log('opening');
        return new Promise(() => setInterval(() => undefined, 1000));
      };
      export const bench = { ...virtual, boards: virtual.boards.map((board) => ({ ...board, open })) };`,
    );
    const args = [...SLOW, '--bench', bench, '--out', join(folder(), 'out')];
    assert.equal((await signalAt(args, ['opening', 'stopping'], 'SIGINT')).code, 130);
  });

  it('keeps what a killed run recorded readable, and says that it is not sealed', async () => {
    const out = folder();
    await signalAt([...SLOW, '--out', out], ['corrupted-image/'], 'SIGKILL');
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

  it('says so when the run folder cannot be written', () => {
    const readOnly = join(folder(), 'read-only');
    mkdirSync(readOnly, { mode: 0o555 });
    // Permissions do not bind root; the kernel's own folders do.
    const out = process.getuid?.() === 0 ? '/sys/assay' : readOnly;
    const { status, stderr } = spawnSync(process.execPath, [...NODE, ...QUICK, '--out', out], {
      encoding: 'utf8',
    });
    assert.equal(status, 2, stderr);
    assert.match(stderr, /the run folder cannot be written/);
    assert.match(stderr, /--out/);
  });

  it('says so when something else is where the run folder should be', () => {
    const out = join(folder(), 'file');
    writeFileSync(out, '');
    const { status, stderr } = spawnSync(process.execPath, [...NODE, ...QUICK, '--out', out], {
      encoding: 'utf8',
    });
    assert.equal(status, 2);
    assert.match(stderr, /the run folder cannot be used/);
  });
});
