import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '#engine/tiny-run.fixture.ts';
import { assay } from './fake-streams.fixture.ts';
import { commandNames } from './find-command.ts';

interface RunDocument {
  readonly runDir: string;
  readonly verdictDigest: string;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly scenarios: readonly {
    readonly scenario: string;
    readonly board: string;
    readonly verdict: string;
  }[];
  readonly reports: Readonly<Record<string, string>>;
}

/** A few quick scenarios on one board. */
const QUICK =
  '--board nrf52840-dk --scenario rollback/unconfirmed --jobs 1 --format html,json,junit,summary'.split(' ');

async function wrong(args: readonly string[], code: string, says: RegExp): Promise<void> {
  const { exitCode, stdout, stderr } = await assay(...args, '--json');
  assert.equal(exitCode, 64, args.join(' '));
  assert.match(stderr, says);
  const document = JSON.parse(stdout) as {
    readonly error: { readonly code: string; readonly remedy: string };
  };
  assert.equal(document.error.code, code);
  assert.ok(document.error.remedy.length > 0);
}

describe('command line: help', () => {
  it('lists every command', async () => {
    const { exitCode, stdout } = await assay('--help');
    assert.equal(exitCode, 0);
    assert.deepEqual(commandNames(), [
      'bundle',
      'demo',
      'diff',
      'discover',
      'doctor',
      'fuzz',
      'image',
      'list',
      'prove',
      'replay',
      'report',
      'run',
      'selftest',
      'twin',
      'verify',
    ]);
    for (const name of commandNames()) assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
  });

  it('shows usage, options and examples of each command, as text and as one document', async () => {
    for (const name of commandNames()) {
      const text = await assay(name, '--help');
      assert.equal(text.exitCode, 0);
      assert.match(text.stdout, new RegExp(`usage: assay ${name}`));
      assert.match(text.stdout, /--json/);
      assert.match(text.stdout, /examples:/);
      const json = JSON.parse((await assay(name, '--help', '--json')).stdout) as { readonly command: string };
      assert.equal(json.command, name);
    }
  });

  it('is wrong usage without a command', async () => {
    assert.equal((await assay()).exitCode, 64);
  });
});

describe('command line: wrong usage', () => {
  const folder = temporaryFolder();

  it('suggests the command or option that was meant', async () => {
    await wrong(['rnu'], 'command-unknown', /did you mean run\?/);
    await wrong(['run', '--sed', '7'], 'option-unknown', /did you mean --seed\?/);
    await wrong(['run', '--seed'], 'option-invalid', /--seed/);
  });

  it('names arguments that are missing or too many', async () => {
    await wrong(['verify'], 'argument-missing', /<run>/);
    await wrong(['run', 'everything'], 'argument-extra', /everything/);
  });

  it('names a wrong value and what fits', async () => {
    await wrong(['run', '--seed', '-1'], 'option-invalid', /seed/);
    await wrong(['run', '--seed', '1e3'], 'seed-invalid', /0 to 4294967295/);
    await wrong(['run', '--seed', '4294967296'], 'seed-invalid', /0 to 4294967295/);
    await wrong(['run', '--jobs', '0'], 'jobs-invalid', /1 to 64/);
    await wrong(['run', '--format', 'htlm'], 'format-unknown', /did you mean html\?/);
    await wrong(['list', 'board'], 'kind-unknown', /did you mean boards\?/);
  });

  it('names what there is where bench, board, family or scenario is unknown', async () => {
    const out = join(folder(), 'out');
    await wrong(['run', '--bench', 'virtal', '--out', out], 'bench-unknown', /did you mean virtual\?/);
    await wrong(['run', '--bench', join(folder(), 'x.ts'), '--out', out], 'bench-missing', /no bench file/);
    await wrong(['run', '--board', 'esp', '--out', out], 'board-unknown', /esp32-devkitc/);
    await wrong(['run', '--family', 'rolback', '--out', out], 'family-unknown', /rollback/);
    await wrong(['run', '--scenario', 'rollback/nothing', '--out', out], 'scenario-unknown', /choose from/);
    assert.equal(existsSync(out), false);
  });

  it('says what is wrong inside a bench file', async () => {
    const path = join(folder(), 'bench.mjs');
    writeFileSync(path, `throw new Error('no such port')`);
    await wrong(['run', '--bench', path], 'bench-broken', /no such port/);
  });

  it('refuses what is no run folder', async () => {
    for (const command of [['verify'], ['report'], ['replay']]) {
      const rest = command[0] === 'replay' ? ['x'] : [];
      await wrong([...command, folder(), ...rest], 'run-unreadable', /not a run folder/);
    }
  });
});

describe('command line: a run and what can be done with it', () => {
  const folder = temporaryFolder();

  async function run(...more: readonly string[]): Promise<RunDocument> {
    const { exitCode, stdout } = await assay('run', ...QUICK, '--out', folder(), '--json', ...more);
    assert.equal(exitCode, 0, stdout);
    return JSON.parse(stdout) as RunDocument;
  }

  it('gives scripts one document, and twice the same digest for one seed', async () => {
    const [a, b] = [await run('--seed', '7'), await run('--seed', '7')];
    assert.equal(a.verdictDigest, b.verdictDigest);
    assert.deepEqual(Object.keys(a.verdicts).sort(), [
      'error',
      'fail',
      'inconclusive',
      'notApplicable',
      'pass',
    ]);
    assert.equal(a.verdicts['pass'], a.scenarios.length);
    assert.deepEqual(Object.keys(a.reports).sort(), ['html', 'json', 'junit', 'summary']);
  });

  it('gives the same digest on threads of their own', async () => {
    const [one, two] = [await run('--seed', '7'), await run('--seed', '7', '--jobs', '2')];
    assert.equal(one.verdictDigest, two.verdictDigest);
  });

  it('gives people a table and the paths', async () => {
    const { exitCode, stdout, stderr } = await assay('run', ...QUICK, '--seed', '7', '--out', folder());
    assert.equal(exitCode, 0);
    assert.match(stdout, /^nrf52840-dk +rollback +\d+ +0 +0 +0 +0$/m);
    assert.match(stdout, /html: .*report\.html/);
    assert.ok(!stdout.includes('\u001b'));
    assert.equal(stderr, '');
  });

  it('verifies, and names an altered record', async () => {
    const { runDir } = await run('--seed', '7');
    assert.equal((await assay('verify', runDir)).exitCode, 0);
    const [board = ''] = readdirSync(join(runDir, 'records'));
    const record = readdirSync(join(runDir, 'records', board)).find((name) => name.endsWith('.jsonl')) ?? '';
    const path = join(runDir, 'records', board, record);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"pass"', '"fail"'));
    const { exitCode, stdout } = await assay('verify', runDir);
    assert.equal(exitCode, 1);
    assert.match(stdout, /ALTERED/);
    assert.ok(stdout.includes(record), stdout);
    assert.match(stdout, /not authorship/);
    const report = await assay('report', runDir, '--format', 'html,json,junit');
    assert.equal(report.exitCode, 64);
    assert.match(report.stderr, /not as it was when it was sealed/);
  });

  it('writes reports again, beside the others or elsewhere, and leaves the run intact', async () => {
    const { runDir } = await run('--seed', '7');
    const elsewhere = join(folder(), 'filing');
    assert.equal((await assay('report', runDir, '--out', elsewhere, '--format', 'html')).exitCode, 0);
    assert.deepEqual(readdirSync(elsewhere), ['report.html']);
    assert.equal((await assay('report', runDir, '--format', 'summary,json')).exitCode, 0);
    assert.ok(existsSync(join(runDir, 'summary.md')));
    assert.equal((await assay('verify', runDir)).exitCode, 0);
  });

  it('replays a scenario', async () => {
    const { runDir, scenarios } = await run('--seed', '7');
    const scenario = scenarios.at(-1)?.scenario ?? '';
    const { exitCode, stdout } = await assay('replay', runDir, scenario, '--json');
    assert.equal(exitCode, 0);
    const document = JSON.parse(stdout) as { readonly reproduced: boolean };
    assert.equal(document.reproduced, true);
    assert.equal((await assay('replay', runDir, 'rollback/none')).exitCode, 64);
  });
});

describe('command line: proof', () => {
  const ONE = ['--board', 'nrf52840-dk', '--family', 'rollback'];

  it('counts flaws, and exits 0 where none is missed and nobody is blamed', async () => {
    const { exitCode, stdout } = await assay('prove', ...ONE, '--json');
    const proof = JSON.parse(stdout) as {
      readonly flaws: number;
      readonly caught: number;
      readonly missed: readonly unknown[];
      readonly falseAlarms: readonly unknown[];
    };
    assert.deepEqual([proof.missed, proof.falseAlarms], [[], []]);
    assert.ok(proof.flaws >= 4 && proof.caught === proof.flaws);
    assert.equal(exitCode, 0);
  });

  it('shows people attack x flaw', async () => {
    const { stdout } = await assay('prove', ...ONE, '--jobs', '1');
    assert.match(stdout, /^caught +nrf52840-dk +mcuboot\/no-watchdog +rollback\/hang$/m);
    assert.match(stdout, /(\d+) of \1 flaws caught; 0 false alarms/);
  });
});

describe('command line: lists', () => {
  it('lists every kind, as text and as a document', async () => {
    const { stdout } = await assay('list', '--json');
    const lists = JSON.parse(stdout) as Readonly<Record<string, readonly { readonly id: string }[]>>;
    for (const kind of ['benches', 'boards', 'attacks', 'flaws', 'standards', 'formats']) {
      assert.ok((lists[kind]?.length ?? 0) > 0, kind);
    }
    assert.match((await assay('list', 'boards')).stdout, /^nrf52840-dk/m);
    const scenarios = await assay('list', 'scenarios', '--family', 'rollback', '--board', 'nrf52840-dk');
    assert.match(scenarios.stdout, /^rollback\/unconfirmed/m);
  });
});
