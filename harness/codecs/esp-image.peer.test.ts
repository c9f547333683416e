import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from 'node:crypto';
import { skipBecause } from '#contracts/skip.ts';
import { signatureFits, signEspImage } from '#codecs/esp-secure-boot.ts';
import { blockUsable, keyDigest, parseSignatureSector } from '#codecs/esp-signature-block.ts';
import { buildImage } from '../../boards/esp32-devkitc/firmware.ts';
import { testKeys } from '../../boards/esp32-devkitc/keys.ts';

/** A Python that has the vendor's esptool 5.x (PyPI); without one these tests are skipped. */
const PYTHON = process.env['ASSAY_ESPTOOL_PYTHON'] ?? 'python3';
const SLOW = 60_000;

function run(
  module: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-m', module, ...args], { encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}` };
}

describe("ESP-IDF images beside the vendor's esptool", function () {
  this.timeout(SLOW);
  const image = buildImage({ version: '2.4.6', securityCounter: 3, seed: 5 });
  let folder = '';
  let isHere = false;

  before(() => {
    isHere = /^(esptool v)?5\./m.test(run('esptool', 'version').text);
    if (!isHere) return;
    folder = mkdtempSync(join(tmpdir(), 'assay-esptool-'));
    writeFileSync(join(folder, 'ours.bin'), image.bytes);
    writeFileSync(join(folder, 'signing.pem'), testKeys.signing.pem);
    writeFileSync(join(folder, 'foreign.pem'), testKeys.foreign.pem);
  });

  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  function file(name: string): string {
    return join(folder, name);
  }

  function withEsptool(title: string, body: () => void): void {
    it(title, function () {
      if (!isHere) skipBecause(this, 'no python with esptool 5; set ASSAY_ESPTOOL_PYTHON');
      body();
    });
  }

  withEsptool('esptool reads our image: checksum, digest, descriptor', () => {
    const { status, text } = run('esptool', '--chip', 'esp32', 'image-info', file('ours.bin'));
    assert.equal(status, 0, text);
    assert.match(text, /Checksum: 0x[0-9a-f]{2} \(valid\)/);
    assert.match(text, /Validation hash: [0-9a-f]{64} \(valid\)/);
    assert.match(text, /App version: +2\.4\.6/);
    assert.match(text, /Project name: +assay-esp32/);
    assert.match(text, /Secure version: +3/);
    assert.ok(text.includes(image.identity), 'the ELF digest is our identity');
  });

  withEsptool('espsecure accepts our signature, and not with another key', () => {
    const verify = (key: string) =>
      run('espsecure', 'verify-signature', '--version', '2', '--keyfile', file(key), file('ours.bin'));
    const { status, text } = verify('signing.pem');
    assert.equal(status, 0, text);
    assert.match(text, /Signature block 0 verification successful/);
    assert.notEqual(verify('foreign.pem').status, 0);
  });

  withEsptool('we accept what espsecure signed, and derive the same key digest', () => {
    writeFileSync(file('plain.bin'), image.bytes.subarray(0, 0x10000));
    const keys = ['--keyfile', file('signing.pem'), file('foreign.pem')];
    const out = ['--output', file('theirs.bin'), file('plain.bin')];
    const signed = run('espsecure', 'sign-data', '--version', '2', ...keys, ...out);
    assert.equal(signed.status, 0, signed.text);
    const theirs = new Uint8Array(readFileSync(file('theirs.bin')));
    const digest = hash('sha256', theirs.subarray(0, 0x10000), 'buffer');
    const blocks = parseSignatureSector(theirs.subarray(0x10000));
    assert.equal(blocks.length, 2);
    for (const block of blocks) assert.ok(blockUsable(block) && signatureFits(block, digest));
    const digests = blocks.map((block) => Buffer.from(keyDigest(block)).toString('hex'));
    assert.deepEqual(digests, [testKeys.signing.id, testKeys.foreign.id]);
  });

  withEsptool('espsecure burns the key digest that we compare', () => {
    const digest = file('digest.bin');
    const made = run(
      'espsecure',
      'digest-sbv2-public-key',
      '--keyfile',
      file('signing.pem'),
      '--output',
      digest,
    );
    assert.equal(made.status, 0, made.text);
    assert.equal(readFileSync(digest).toString('hex'), testKeys.signing.id);
  });

  withEsptool('espsecure accepts our multi-key signature, block by block', () => {
    writeFileSync(
      file('two.bin'),
      signEspImage(image.bytes.subarray(0, 0x10000), testKeys.signing.pem, testKeys.foreign.pem),
    );
    const { status, text } = run(
      'espsecure',
      'verify-signature',
      '--version',
      '2',
      '--keyfile',
      file('foreign.pem'),
      file('two.bin'),
    );
    assert.equal(status, 0, text);
    assert.match(text, /Signature block 1 verification successful/);
  });
});
