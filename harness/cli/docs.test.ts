import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assay } from './fake-streams.fixture.ts';
import { writeSamples } from './image/sample-files.fixture.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Commands of the documentation that are too long or need hardware here, and where they are exercised instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'npm ci': '.ci/run',
  'npm test': '.ci/run',
  'npm run demo': '.ci/run',
  'npm run sample': '.ci/run',
  'npx assay prove': '.ci/run',
  'npx assay run --seed 7': 'the whole virtual bench: .ci/run, as the first half of npm run demo',
  'npx assay prove --family rollback': 'harness/cli/dispatch.test.ts',
  'npx assay prove --family power-loss': 'the whole of assay prove: .ci/run',
  'npx assay run --family power-loss --exhaustive':
    'takes minutes: suites/power-loss and boards/timed-only.test.ts',
  'npx assay replay <run> power-loss/revert/every-operation --board nrf52840-dk-before-1966 --cuts':
    'boards/built-with.test.ts',
  'npx assay run --bench boards/benches/lab.local.ts --family rollback --seed 1':
    'needs a board: boards/nrf52840-dk/board.test.ts',
  'npx assay doctor --bench boards/benches/lab.local.ts':
    'needs a board: harness/engine/doctor/doctor.test.ts',
  'npx assay twin nrf52840-dk': 'runs until Ctrl-C: harness/cli/twin.test.ts',
  'npx assay twin esp32-devkitc --tcp': 'runs until Ctrl-C: boards/serve.test.ts',
  'npm run peers -- smp': 'two minutes; its requests: harness/drivers/peers/smp-frames.peer.test.ts',
  'npm run peers -- rfc2217': 'harness/drivers/peers/rfc2217.peer.test.ts',
  'npm run bench -- smp':
    'most of a minute: harness/virtual/uart.test.ts has the line, smp-upload.test.ts the window',
  'npm run bench -- reconnect':
    'two minutes; twenty cycles: harness/engine/benchmarks/measure/reconnect-cycles.test.ts',
  'npm run peers -- ble': 'harness/drivers/peers/ble.peer.test.ts',
  'npx assay prove --family fuzzed-wireless --board esp32-devkitc':
    'two minutes; part of the whole proof in .ci/run',
  'npm run peers -- ip': 'two minutes; the packets of it: harness/drivers/peers/ip.peer.test.ts',
  'npm run bench -- fuzz-guided': 'takes minutes: harness/engine/benchmarks/measure/guided-search.test.ts',
  'npm run bench -- fuzz-mqtt': 'takes a minute: its cases are those of harness/fuzz/cases.test.ts',
  'npm run bench -- fuzz-ble':
    'takes minutes; its parts: harness/drivers/radio/ble/case-runner.test.ts and minimise-steps.test.ts',
  'npm run soak -- ble --cases 100000 --seed 1': 'a minute or two: harness/cli/soak.test.ts',
  'npx assay replay reports/runs/<run>/findings/<board>/<signature> --bench virtual-fuzzed':
    'harness/cli/hunt.test.ts',
  'npx assay replay reports/runs/<run>/findings/<board>/<signature> --bench virtual-fuzzed --board nrf52840-dk':
    'harness/cli/hunt.test.ts',
  'npm run peers -- firmware': 'takes an hour: harness/drivers/peers/firmware.peer.test.ts',
  'npm run peers -- power': 'harness/drivers/peers/power.peer.test.ts',
  'npm run peers -- esptool': 'harness/drivers/peers/esptool.peer.test.ts',
  'npm run peers -- dfu': 'harness/drivers/peers/dfu.peer.test.ts',
  'npm run bench -- esptool': 'takes a minute, and needs esptool: its parts are those of the sweep',
  'npx assay twin esp32-devkitc --download --tcp --port 7788':
    'runs until Ctrl-C: boards/esp32-devkitc/serve.test.ts',
  'cp boards/benches/lab.example.ts boards/benches/lab.local.ts': 'the commands after it run on the example',
  'npx assay selftest --family rollback --board nrf52840-dk': 'harness/cli/selftest.test.ts',
  'python3 -m pip install ziglang==0.15.2': 'needs a package registry: .ci/run',
  'npm run firmware -- --chip nrf51822': 'takes a minute: .ci/run',
  'npm run firmware -- --chip nrf52840': 'takes a minute: boards/nrf52840-dk/reference.test.ts',
  'npx assay selftest --bench boards/benches/qemu-microbit.ts --board microbit':
    'takes an hour: harness/cli/selftest.test.ts',
  'npx assay run --bench boards/benches/qemu-microbit.ts --board microbit':
    'takes an hour: boards/microbit/reference.test.ts',
  'npx assay selftest --bench boards/benches/nrf52840-dk.local.ts':
    'needs a board: boards/nrf52840-dk/reference.test.ts',
  'npx assay selftest --resume reports/runs/<selftest>': 'harness/engine/run-selftest.test.ts',
  'npx assay selftest --sound reports/runs/<run>': 'harness/cli/selftest.test.ts',
  'npx assay run --bench boards/benches/qemu-microbit.ts --selftest reports/runs/<selftest>':
    'harness/cli/selftest.test.ts',
  'npm run peers -- images': '.ci/run',
  'npm run fuzz -- codecs --seconds 30': '.ci/run',
  'npm run bench -- images': 'harness/cli/bench.test.ts',
  'openssl genpkey -algorithm ed25519 -out lab.pem': 'harness/engine/signing/signing.peer.test.ts',
  'openssl pkey -in lab.pem -pubout -out lab.pub.pem': 'harness/engine/signing/signing.peer.test.ts',
  'npx assay bundle reports/runs/<run> --key lab.pem':
    'signs the run, for good: harness/cli/evidence.test.ts',
  'npx assay verify reports/runs/<run> --key lab.pub.pem': 'harness/cli/evidence.test.ts',
};

/** Exit codes that are not 0, where that is the point of the example. */
const EXITS: Readonly<Record<string, number>> = {
  'npx assay run --scenario power-loss/revert/every-operation --bench virtual-1966 --seed 7': 1,
  'npx assay fuzz --bench virtual-fuzzed --board nrf52840-dk-long-write --protocol ble --cases 40 --seed 7': 1,
  'npx assay image diff app.signed.bin other.signed.bin': 1,
};

/** The PDF needs a browser, and has tests of its own. */
const FORMATS = ['--format', 'html,json,junit,summary'];

interface Line {
  readonly file: string;
  readonly command: string;
}

/** Every line of the fenced sh blocks of a document. */
function commandsOf(file: string): readonly Line[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block = '']) =>
    block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map((line) => line.replace(/ +#.*$/, '').trim())
      .filter((line) => line !== '')
      .map((command) => ({ file, command })),
  );
}

const DOCUMENTS = ['README.md', 'CONTRIBUTING.md'].concat(
  readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
);
const LINES = DOCUMENTS.flatMap(commandsOf);

/** What a reader would put in place of a placeholder. */
function filledIn(word: string, run: string): string {
  return word
    .replace(/^(?:reports\/runs\/)?<run>$/, run)
    .replace('<scenario>', 'rollback/unconfirmed/nobody-asks')
    .replace('boards/benches/lab.local.ts', join(ROOT, 'boards/benches/lab.example.ts'))
    .replace(/^campaign\.ts$/, join(ROOT, 'boards/campaigns/virtual.example.ts'));
}

describe('commands of the documentation', () => {
  const home = process.cwd();
  let run = '';

  before(async () => {
    process.chdir(writeSamples(mkdtempSync(join(tmpdir(), 'assay-docs-'))));
    const quick = [
      '--board',
      'nrf52840-dk',
      '--scenario',
      'rollback/unconfirmed',
      '--seed',
      '7',
      '--jobs',
      '1',
    ];
    const { stdout } = await assay('run', ...quick, ...FORMATS, '--out', 'recorded', '--json');
    run = (JSON.parse(stdout) as { readonly runDir: string }).runDir;
  });
  after(() => {
    const folder = process.cwd();
    process.chdir(home);
    if (basename(folder).startsWith('assay-docs-')) rmSync(folder, { recursive: true });
  });

  it('are found', () => {
    assert.ok(LINES.length > 20, `${LINES.length} commands`);
    assert.ok(LINES.some(({ file }) => file === 'docs/images.md'));
  });

  it('are all run here, or known to be exercised elsewhere', () => {
    const strangers = LINES.filter(
      ({ command }) => !command.startsWith('npx assay ') && ELSEWHERE[command] === undefined,
    );
    assert.deepEqual(strangers, []);
    const gone = Object.keys(ELSEWHERE).filter((command) => !LINES.some((line) => line.command === command));
    assert.deepEqual(gone, []);
  });

  it('name what .ci/run runs where they say so', () => {
    const ci = readFileSync(join(ROOT, '.ci/run'), 'utf8');
    for (const [command, where] of Object.entries(ELSEWHERE)) {
      if (where !== '.ci/run') continue;
      const words = command.replace('npx ', '');
      assert.ok(ci.includes(words), `.ci/run does not run ${command}`);
    }
  });

  for (const { file, command } of LINES) {
    if (!command.startsWith('npx assay ') || ELSEWHERE[command] !== undefined) continue;
    it(`${file}: ${command}`, async () => {
      const words = command.split(' ').slice(2);
      const formats =
        ['run', 'report'].includes(words[0] ?? '') && !words.includes('--format') ? FORMATS : [];
      const { exitCode, stderr } = await assay(...words.map((word) => filledIn(word, run)), ...formats);
      assert.equal(exitCode, EXITS[command] ?? 0, stderr);
    });
  }
});
