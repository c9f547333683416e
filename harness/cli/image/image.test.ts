import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assay, type Said } from '../fake-streams.fixture.ts';
import { havoc } from '#fuzz/mutate.ts';
import { rng } from '#fuzz/rng.ts';
import { terminalOf } from '../terminal.ts';
import { compare } from './compare.ts';
import { describe as describeImage, formatsWith } from './formats.ts';
import { espDump, nrfDump, writeSamples } from './sample-files.fixture.ts';
import { descriptionText } from './show.ts';

let folder = '';

const at = (name: string) => join(folder, name);

function image(action: string, file: string, ...more: readonly string[]): Promise<Said> {
  return assay('image', action, at(file), ...more);
}

async function inspected(file: string): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await image('inspect', file, '--json');
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

async function refused(code: string, args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await assay('image', ...args, '--json');
  assert.equal(exitCode, 64, `${args.join(' ')}: ${stderr}`);
  const { error } = JSON.parse(stdout) as { readonly error: { readonly code: string } };
  assert.equal(error.code, code, args.join(' '));
  assert.doesNotMatch(stderr, /\n\s+at /);
}

describe('assay image', () => {
  before(() => {
    folder = writeSamples(mkdtempSync(join(tmpdir(), 'assay-image-')));
  });
  after(() => rmSync(folder, { recursive: true }));

  const KINDS: readonly (readonly [file: string, format: string])[] = [
    ['app.signed.bin', 'mcuboot'],
    ['hello.bin', 'esp-image'],
    ['table.bin', 'esp-partition-table'],
    ['otadata.bin', 'esp-otadata'],
    ['flash.bin', 'nrf-flash'],
    ['esp-flash.bin', 'esp-flash'],
    ['app.hex', 'intel-hex'],
    ['app.zip', 'nordic-dfu'],
  ];

  it('knows every format by its content', async () => {
    assert.deepEqual(
      KINDS.map(([, format]) => format).sort(),
      formatsWith()
        .map(({ id }) => id)
        .sort(),
    );
    for (const [file, format] of KINDS) {
      const document = await inspected(file);
      assert.equal(document['format'], format, file);
      assert.deepEqual(document['defects'], [], file);
    }
  });

  it('fits 80 and 40 columns, without colours where nobody looks, whatever a file says', async () => {
    for (const [file] of KINDS) {
      const bytes = readFileSync(at(file));
      for (const columns of [80, 40]) {
        const terminal = terminalOf({ isTTY: true, columns }, { NO_COLOR: '1' });
        const text = descriptionText(file, describeImage(bytes), terminal);
        const widest = Math.max(...text.split('\n').map((line) => Array.from(line).length));
        assert.ok(widest <= columns, `${file} takes ${widest} of ${columns}`);
        assert.ok(!text.includes('\u001b'));
      }
    }
    const { stdout } = await image('inspect', 'hello.bin');
    assert.match(stdout, /hello\\x1b\[31m/);
  });

  it('shows slots, trailers and what boots next in a dump of each board', async () => {
    const nrf = await image('inspect', 'flash.bin');
    assert.match(nrf.stdout, /primary slot at 0xc000[^]*version +1\.2\.0[^]*secondary slot[^]*1\.3\.0/);
    assert.match(nrf.stdout, /next boot[^]*swap type +test/);
    const esp = await image('inspect', 'esp-flash.bin');
    assert.match(esp.stdout, /partition ota_1 at 0x20000[^]*ota slot +ota_1/);
    assert.match(esp.stdout, /pendingVerify/);
  });

  it('verifies check by check, and exits 1 for another key or a flipped bit', async () => {
    const sound = await image('verify', 'app.signed.bin', '--key', at('key.pem'));
    assert.equal(sound.exitCode, 0, sound.stdout);
    assert.match(sound.stdout, /ok +signature/);
    const foreign = await image('verify', 'app.signed.bin', '--key', at('other.pem'));
    assert.equal(foreign.exitCode, 1);
    assert.match(foreign.stdout, /FAILS +signature/);
    const bytes = readFileSync(at('app.signed.bin'));
    bytes[0x210] = (bytes[0x210] ?? 0) ^ 1;
    writeFileSync(at('flipped.bin'), bytes);
    const flipped = await image('verify', 'flipped.bin', '--json');
    assert.equal(flipped.exitCode, 1);
    const { checks } = JSON.parse(flipped.stdout) as {
      readonly checks: readonly { readonly check: string; readonly result: string }[];
    };
    assert.ok(checks.some(({ check, result }) => check === 'hash' && result === 'fails'));
  });

  it('verifies every image of a dump, a HEX file and a package', async () => {
    for (const file of ['flash.bin', 'app.hex', 'app.zip']) {
      const { exitCode, stdout } = await image('verify', file, '--key', at('key.pem'));
      assert.equal(exitCode, 0, `${file}\n${stdout}`);
      assert.equal((await image('verify', file, '--key', at('other.pem'))).exitCode, 1, file);
    }
    for (const file of ['table.bin', 'otadata.bin', 'hello.bin', 'esp-flash.bin']) {
      const { exitCode, stdout } = await image('verify', file);
      assert.equal(exitCode, 0, `${file}\n${stdout}`);
    }
    assert.equal((await image('verify', 'hello.bin', '--key', at('rsa.pem'))).exitCode, 1);
  });

  it('reads a dump of another layout where it is told the slots', async () => {
    const dump = new Uint8Array(0x80000).fill(0xff);
    dump.set(readFileSync(at('app.signed.bin')), 0x10000);
    writeFileSync(at('other-layout.bin'), dump);
    const slots = ['--slot', '0x10000+0x30000', '--slot', '0x40000+0x30000'];
    const { exitCode, stdout, stderr } = await image('inspect', 'other-layout.bin', ...slots);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /primary slot at 0x10000/);
    const checked = await image('verify', 'other-layout.bin', ...slots, '--key', at('key.pem'));
    assert.equal(checked.exitCode, 0, checked.stdout);
    for (const wrong of [
      '0x10000+0x30000',
      '0x10000+0x30000,0x20000+0x30000',
      '0x1+0x30000,0x40000+0x30000',
    ]) {
      await refused('slot-invalid', ['inspect', at('other-layout.bin'), '--slot', wrong]);
    }
  });

  it('signs for MCUboot what it then verifies, and nothing twice into the same file', async () => {
    const options = [
      '--key',
      at('key.pem'),
      '--version',
      '1.3.0+4',
      '--counter',
      '5',
      '--header-size',
      '0x400',
    ];
    const signed = await image('sign', 'zephyr.bin', ...options, '--pad-header', '--out', at('new.bin'));
    assert.equal(signed.exitCode, 0, signed.stderr);
    assert.equal((await image('verify', 'new.bin', '--key', at('key.pem'))).exitCode, 0);
    const text = (await image('inspect', 'new.bin')).stdout;
    for (const fact of [/version +1\.3\.0\+4/, /header size +0x400/, /SEC_CNT +0x50: 5/])
      assert.match(text, fact);
    const again = ['sign', at('zephyr.bin'), ...options, '--pad-header', '--out', at('new.bin')];
    await refused('out-exists', again);
    assert.equal((await assay('image', ...again, '--force')).exitCode, 0);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('.')),
      [],
    );
  });

  it('signs an image again by another key and keeps what was not asked to change', async () => {
    const signed = await image('sign', 'app.signed.bin', '--key', at('rsa.pem'), '--out', at('foreign.bin'));
    assert.equal(signed.exitCode, 0, signed.stderr);
    assert.equal((await image('verify', 'foreign.bin', '--key', at('rsa.pem'))).exitCode, 0);
    assert.equal((await image('verify', 'foreign.bin', '--key', at('key.pem'))).exitCode, 1);
    const { exitCode, stdout } = await image('diff', 'app.signed.bin', at('foreign.bin'), '--json');
    assert.equal(exitCode, 1);
    const { fields, ranges } = JSON.parse(stdout) as {
      readonly fields: readonly { readonly part: string }[];
      readonly ranges: readonly unknown[];
    };
    assert.deepEqual([...new Set(fields.map(({ part }) => part))], ['unprotected TLVs']);
    assert.deepEqual(ranges, []);
  });

  it('signs for Secure Boot V2, again instead of twice', async () => {
    const sign = (from: string, to: string) => image('sign', from, '--key', at('rsa.pem'), '--out', at(to));
    assert.equal((await sign('hello.bin', 'hello.signed.bin')).exitCode, 0);
    const { exitCode, stdout } = await image('verify', 'hello.signed.bin', '--key', at('rsa.pem'));
    assert.equal(exitCode, 0, stdout);
    assert.equal((await sign('hello.signed.bin', 'hello.again.bin')).exitCode, 0);
    assert.equal((await image('diff', 'hello.signed.bin', at('hello.again.bin'))).exitCode, 0);
    assert.equal((await image('verify', 'hello.signed.bin', '--key', at('other.pem'))).exitCode, 1);
  });

  it('explains two images, down to ranges of bytes', async () => {
    const same = await image('diff', 'app.signed.bin', at('app.signed.bin'));
    assert.equal(same.exitCode, 0);
    const { exitCode, stdout } = await image('diff', 'app.signed.bin', at('other.signed.bin'));
    assert.equal(exitCode, 1);
    assert.match(stdout, /version\n +- +1\.3\.0\n +\+ +1\.4\.0/);
    const bytes = nrfDump();
    bytes[0xc300] = 0xfe;
    writeFileSync(at('patched.bin'), bytes);
    const patched = await image('diff', 'flash.bin', at('patched.bin'));
    assert.match(patched.stdout, /bytes of primary slot \/ payload\n +0x100 to 0x101 \(1 byte\)/);
    const padding = espDump();
    padding[0x9000] = 0;
    writeFileSync(at('nvs.bin'), padding);
    assert.match(
      (await image('diff', 'esp-flash.bin', at('nvs.bin'))).stdout,
      /bytes of file\n +0x9000 to 0x9001/,
    );
  });

  it('says what is malformed, and exits 1', async () => {
    for (const file of ['app.signed.bin', 'hello.bin', 'app.hex', 'app.zip']) {
      const bytes = readFileSync(at(file));
      writeFileSync(at('cut.bin'), bytes.subarray(0, bytes.length - 40));
      const { exitCode, stdout } = await image('inspect', 'cut.bin');
      assert.equal(exitCode, 1, file);
      assert.match(stdout, /malformed|not an ESP-IDF image/, file);
      assert.equal((await image('verify', 'cut.bin')).exitCode, 1, file);
    }
  });

  it('describes, verifies and compares damaged files of every kind', () => {
    const keys = {
      trusted: [{ path: 'key.pem', name: 'key.pem', pem: readFileSync(at('key.pem'), 'utf8') }],
      readers: [],
    };
    const plain = terminalOf({ isTTY: true, columns: 40 }, { NO_COLOR: '1' });
    for (const [file, id] of KINDS) {
      const sound = new Uint8Array(readFileSync(at(file)));
      const format = formatsWith().find((one) => one.id === id);
      assert.ok(format !== undefined);
      for (let index = 0; index < 12; index++) {
        // The first kilobyte holds what decides; dumps are mostly empty.
        const head = havoc(file, sound.subarray(0, 1024), rng(index, file)).bytes;
        const bytes = Buffer.concat([head, sound.subarray(1024)]);
        const description = { format: id, ...format.describe(bytes) };
        const text = descriptionText(file, description, plain);
        assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}/u);
        assert.equal(typeof format.verify(bytes, keys).valid, 'boolean');
        compare(description, { format: id, ...format.describe(sound) });
      }
    }
  });

  it('refuses what it cannot use, without a stack trace or a byte of a key', async () => {
    await refused('image-unknown', ['inspect', at('noise.bin')]);
    await refused('file-unreadable', ['inspect', at('absent.bin')]);
    await refused('file-kind', ['inspect', folder]);
    writeFileSync(at('huge.bin'), '');
    truncateSync(at('huge.bin'), 65 * 1024 * 1024);
    await refused('file-too-large', ['inspect', at('huge.bin')]);
    rmSync(at('huge.bin'));
    await refused('key-unusable', ['verify', at('app.signed.bin'), '--key', at('noise.bin')]);
    writeFileSync(at('secret.pem'), '-----BEGIN PRIVATE KEY-----\nSECRETSECRET\n-----END PRIVATE KEY-----\n');
    const { exitCode, stdout, stderr } = await image('verify', 'app.signed.bin', '--key', at('secret.pem'));
    assert.equal(exitCode, 64);
    assert.ok(!`${stdout}${stderr}`.includes('SECRETSECRET'));
  });

  it('is wrong usage to sign without key, version, room or sense', async () => {
    const key = ['--key', at('key.pem')];
    const out = ['--out', at('never.bin')];
    const code = at('zephyr.bin');
    await refused('argument-missing', ['sign']);
    await refused('argument-missing', []);
    await refused('command-unknown', ['melt']);
    await refused('out-invalid', ['sign', code, ...key]);
    await refused('key-invalid', ['sign', code, ...out]);
    await refused('version-missing', ['sign', code, ...key, ...out]);
    await refused('mcuboot-version', ['sign', code, ...key, ...out, '--version', '1', '--pad-header']);
    await refused('header-no-room', ['sign', code, ...key, ...out, '--version', '1.2.3']);
    await refused('counter-invalid', ['sign', code, ...key, ...out, '--version', '1.2.3', '--counter', '1x']);
    await refused('version-invalid', ['sign', at('hello.bin'), ...key, ...out, '--version', '1.2.3']);
    await refused('sign-unfit', ['sign', at('flash.bin'), ...key, ...out]);
    await refused('key-invalid', ['sign', code, ...key, ...key, ...out, '--version', '1.2.3']);
    assert.equal(existsSync(at('never.bin')), false);
  });
});
