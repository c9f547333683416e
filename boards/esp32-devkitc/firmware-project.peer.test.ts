import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { skipBecause } from '#contracts/skip.ts';

const run = promisify(execFile);
const PYTHON = process.env['ASSAY_PEER_PYTHON'] ?? 'python3';
const IDF = process.env['IDF_PATH'];
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const PROJECT = here('firmware/');
const OWN = join(PROJECT, 'main/Kconfig.projbuild');
const BEHAVIOURS = ['HEALTHY', 'NEVER_CONFIRMS', 'CRASHES', 'HANGS'].map((name) => `CONFIG_ASSAY_${name}`);
const VARIANTS = readdirSync(PROJECT).filter(
  (name) => name.startsWith('sdkconfig.') && name !== 'sdkconfig.defaults',
);

/** What an option is set to when it is off, as configuration files have it. */
const off = (name: string) => `# ${name} is not set`;

/** The lines of the configuration that ESP-IDF's own tool makes of defaults, the later ones on top. */
async function configure(
  kconfig: string,
  defaults: readonly string[],
  folder: string,
  env: Record<string, string> = {},
): Promise<ReadonlySet<string>> {
  const out = join(folder, 'sdkconfig');
  const named = defaults.flatMap((file) => ['--defaults', file]);
  await run(
    PYTHON,
    [
      '-m',
      'kconfgen',
      '--kconfig',
      kconfig,
      ...named,
      '--output',
      'config',
      out,
      '--env',
      'IDF_TARGET=esp32',
    ],
    { env: { ...process.env, ...env } },
  );
  return new Set((await readFile(out, 'utf8')).split('\n'));
}

/** Lists every option of an ESP-IDF tree and ours, as its build does; gives the environment that names the lists. */
async function optionsOf(idf: string, folder: string): Promise<Record<string, string>> {
  const listed = async (name: string, own: readonly string[]) => {
    const components = readdirSync(join(idf, 'components')).map((id) => join(idf, 'components', id, name));
    const file = join(folder, name);
    const sources = [...components.filter((path) => existsSync(path)), ...own];
    await writeFile(file, sources.map((path) => `source "${path}"\n`).join(''));
    return file;
  };
  return {
    IDF_TARGET: 'esp32',
    IDF_TOOLCHAIN: 'gcc',
    IDF_ENV_FPGA: '',
    IDF_INIT_VERSION: '5.5.0',
    COMPONENT_KCONFIGS_SOURCE_FILE: await listed('Kconfig', []),
    COMPONENT_KCONFIGS_PROJBUILD_SOURCE_FILE: await listed('Kconfig.projbuild', [OWN]),
  };
}

/** The options that files ask for, the last word on each: as lines of the configuration that honours them. */
async function asked(files: readonly string[]): Promise<readonly string[]> {
  const last = new Map<string, string>();
  for (const file of files) {
    for (const line of (await readFile(file, 'utf8')).split('\n')) {
      const name = /^(CONFIG_\w+)=/.exec(line)?.[1];
      if (name !== undefined) last.set(name, line === `${name}=n` ? off(name) : line);
    }
  }
  return [...last.values()];
}

describe('boards/esp32-devkitc/firmware, read by Espressif’s own tools', function () {
  this.timeout(120_000);
  let folder = '';
  before(async function () {
    const there = await run(PYTHON, ['-c', 'import kconfgen, idf_component_tools']).catch(() => null);
    if (there === null)
      skipBecause(this, 'no python with the packages of .ci/peers.txt; set ASSAY_PEER_PYTHON');
    folder = await mkdtemp(join(tmpdir(), 'assay-idf-peer-'));
  });
  after(async () => {
    if (folder !== '') await rm(folder, { recursive: true });
  });

  for (const behaviour of BEHAVIOURS) {
    it(`${behaviour} is a choice that excludes the others`, async () => {
      const defaults = join(folder, 'defaults');
      await writeFile(defaults, `${behaviour}=y\n`);
      const lines = await configure(OWN, [defaults], folder);
      const wanted = BEHAVIOURS.map((name) => (name === behaviour ? `${name}=y` : off(name)));
      assert.deepEqual(
        wanted.filter((line) => !lines.has(line)),
        [],
      );
    });
  }

  for (const [version, wanted] of [
    ['5.5.0', []],
    ['6.1.0', ['espressif/cjson', 'espressif/mqtt']],
  ] as const) {
    it(`fetches what ESP-IDF ${version} does not have`, async () => {
      const env = { ...process.env, IDF_VERSION: version, IDF_TARGET: 'esp32' };
      const { stdout } = await run(PYTHON, [here('firmware-manifest.py'), join(PROJECT, 'main')], { env });
      assert.deepEqual(JSON.parse(stdout), wanted);
    });
  }

  it('ESP-IDF keeps every option of every variant', async function () {
    if (IDF === undefined) skipBecause(this, 'no ESP-IDF; set IDF_PATH to its folder');
    const env = await optionsOf(IDF, folder);
    const dropped: string[] = [];
    for (const variant of [[], ...VARIANTS.map((name) => [name])]) {
      const files = ['sdkconfig.defaults', ...variant].map((name) => join(PROJECT, name));
      const lines = await configure(join(IDF, 'Kconfig'), files, folder, env);
      const lost = (await asked(files)).filter((line) => !lines.has(line));
      dropped.push(...lost.map((line) => `${files.at(-1)}: ${line}`));
    }
    assert.deepEqual(dropped, []);
  });
});
