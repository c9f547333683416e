import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOGUE } from '#fuzz/catalogue.ts';
import { forgeryName } from '#fuzz/forgery.ts';
import { assay } from '../fake-streams.fixture.ts';
import { writeSamples } from './sample-files.fixture.ts';

interface Listed {
  readonly count: number;
  readonly forgeries: readonly { readonly name: string; readonly format: string; readonly cwe: string }[];
}

interface Index {
  readonly forgeries: readonly { readonly file: string; readonly name: string; readonly expect: string }[];
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

let folder = '';
const at = (name: string) => join(folder, name);

function newKey(name: string, type: 'ec' | 'rsa' | 'ed25519'): void {
  const { privateKey } =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 3072 })
        : generateKeyPairSync('ed25519');
  writeFileSync(at(name), privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
}

async function refused(code: string, ...args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await assay('image', 'forge', ...args, '--json');
  assert.equal(exitCode, 64, stderr);
  assert.equal((JSON.parse(stdout) as { readonly error: { readonly code: string } }).error.code, code);
}

describe('assay image forge', () => {
  before(() => {
    folder = writeSamples(mkdtempSync(join(tmpdir(), 'assay-forge-')));
    newKey('foreign-ec.pem', 'ec');
    newKey('foreign-rsa.pem', 'rsa');
    newKey('ed.pem', 'ed25519');
  });
  after(() => rmSync(folder, { recursive: true }));

  it('lists the whole catalogue, for people and for scripts', async () => {
    const { exitCode, stdout } = await assay('image', 'forge', '--list', '--json');
    assert.equal(exitCode, 0);
    const { count, forgeries } = JSON.parse(stdout) as Listed;
    const known = Object.entries(CATALOGUE).flatMap(([format, list]) =>
      list.map((forgery) => `${format} ${forgeryName(forgery)}`),
    );
    assert.deepEqual(
      forgeries.map(({ format, name }) => `${format} ${name}`),
      known,
    );
    assert.equal(count, known.length);
    assert.ok(count >= 80, `${count} forgeries`);
    assert.ok(forgeries.every(({ cwe }) => /^CWE-\d+$/.test(cwe)));
    const shown = await assay('image', 'forge', '--list', '--format', 'esp-idf');
    assert.match(shown.stdout, /bit-flip\/checksum/);
    assert.doesNotMatch(shown.stdout, /mcuboot/);
  });

  it('makes one forgery, which the check of the same image then refuses', async () => {
    const forge = ['image', 'forge', at('app.signed.bin'), '--key', at('key.pem')];
    const made = await assay(...forge, '--forgery', 'bit-flip/payload', '--out', at('flipped.bin'));
    assert.equal(made.exitCode, 0, made.stderr);
    const check = await assay('image', 'verify', at('flipped.bin'), '--key', at('key.pem'));
    assert.equal(check.exitCode, 1);
    const sound = await assay('image', 'verify', at('app.signed.bin'), '--key', at('key.pem'));
    assert.equal(sound.exitCode, 0);
  });

  it('makes all that an image allows, says of each what it is, and of the others why not', async () => {
    const cases = [
      ['app.signed.bin', 'key.pem', 'foreign-ec.pem', 'mcuboot'],
      ['hello.signed.bin', 'rsa.pem', 'foreign-rsa.pem', 'esp-idf'],
    ] as const;
    const sign = ['--key', at('rsa.pem'), '--out', at('hello.signed.bin')];
    assert.equal((await assay('image', 'sign', at('hello.bin'), ...sign)).exitCode, 0);
    for (const [file, key, foreign, format] of cases) {
      const out = at(`all-${format}`);
      const keys = ['--key', at(key), '--foreign-key', at(foreign), '--slot-size', '0x40000'];
      const { exitCode, stderr } = await assay('image', 'forge', at(file), '--all', ...keys, '--out', out);
      assert.equal(exitCode, 0, stderr);
      const { forgeries, leftOut } = JSON.parse(readFileSync(join(out, 'index.json'), 'utf8')) as Index;
      assert.equal(forgeries.length + leftOut.length, CATALOGUE[format].length);
      assert.ok(forgeries.length > 20, leftOut.map(({ name, why }) => `${name}: ${why}`).join('\n'));
      const files = readdirSync(out).filter((name) => name.endsWith('.bin'));
      assert.deepEqual(files.toSorted(), forgeries.map((one) => one.file).toSorted());
      assert.ok(leftOut.every(({ why }) => why !== ''));
    }
  });

  it('says what a forgery lacks, and what it cannot be made of', async () => {
    const image = at('app.signed.bin');
    const key = ['--key', at('key.pem')];
    const out = ['--out', at('never.bin')];
    await refused('forge-unfit');
    await refused('forge-unfit', image);
    await refused('forge-unfit', image, ...key);
    await refused('forge-unfit', image, ...key, '--forgery', 'bit-flip/payload');
    await refused('forge-unfit', image, ...key, ...out, '--all', '--forgery', 'bit-flip/payload');
    await refused('forge-unfit', '--list', '--format', 'elf');
    await refused('forgery-unknown', image, ...key, ...out, '--forgery', 'bit-flip/payloat');
    await refused('foreign-key-missing', image, ...key, ...out, '--forgery', 'foreign-key/own-key-hash');
    await refused('forge-unfit', at('table.bin'), ...key, ...out, '--forgery', 'bit-flip/payload');
    await refused('out-exists', image, ...key, '--out', image, '--forgery', 'bit-flip/payload');
    assert.equal(readdirSync(folder).includes('never.bin'), false);
  });

  it('forges an image that is signed otherwise, where the forgery does not ask for more', async () => {
    const code = [
      'image',
      'sign',
      at('zephyr.bin'),
      '--key',
      at('ed.pem'),
      '--version',
      '1.2.3',
      '--pad-header',
    ];
    assert.equal((await assay(...code, '--out', at('ed.bin'))).exitCode, 0);
    const forge = ['image', 'forge', at('ed.bin'), '--key', at('ed.pem')];
    const made = await assay(...forge, '--forgery', 'bit-flip/payload', '--out', at('ed-flipped.bin'));
    assert.equal(made.exitCode, 0, made.stderr);
    const needsEcdsa = ['--forgery', 'odd-signature/zeros', '--out', at('x.bin')];
    await refused('forgery-other-scheme', at('ed.bin'), '--key', at('ed.pem'), ...needsEcdsa);
  });
});
