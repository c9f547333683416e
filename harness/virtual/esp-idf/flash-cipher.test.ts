import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { skipBecause } from '#contracts/skip.ts';
import { FlashCipher } from '#virtual/esp-idf/flash-cipher.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
const cipher = new FlashCipher(KEY);
const PYTHON = process.env['ASSAY_ESPTOOL_PYTHON'];

describe('flash encryption of the ESP32-S3', () => {
  it('reads what it wrote, wherever and in whatever pieces', () => {
    const place = fc.integer({ min: 0, max: 4096 }).map((block) => block * 16);
    const content = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => {
      const padded = new Uint8Array(bytes.length * 16);
      padded.set(bytes);
      return padded;
    });
    fc.assert(
      fc.property(place, content, (at, plain) => {
        const stored = cipher.encrypt(at, plain);
        assert.deepEqual(cipher.decrypt(at, stored), plain);
        assert.deepEqual(cipher.encrypt(at, plain.subarray(0, 16)), stored.subarray(0, 16));
        const second = cipher.decrypt(at + 16, stored.subarray(16));
        assert.deepEqual(second, plain.subarray(16), 'each block by itself');
      }),
      { numRuns: 50 },
    );
  });

  it('gives the bytes that espsecure gives', function () {
    this.timeout(60_000);
    if (PYTHON === undefined) skipBecause(this, 'no python with esptool 5; set ASSAY_ESPTOOL_PYTHON');
    const folder = mkdtempSync(join(tmpdir(), 'assay-'));
    try {
      const [key, plain, out] = ['key', 'plain', 'out'].map((name) => join(folder, name));
      assert.ok(key !== undefined && plain !== undefined && out !== undefined);
      const content = Uint8Array.from({ length: 1056 }, (_, i) => i ^ (i >> 3));
      writeFileSync(key, KEY);
      writeFileSync(plain, content);
      const common = ['-m', 'espsecure', 'encrypt-flash-data', '--aes-xts', '--keyfile', key];
      for (const address of [0x110000, 0xd010, 0x21f0f0]) {
        execFileSync(PYTHON, [...common, '--address', String(address), '--output', out, plain]);
        assert.deepEqual(cipher.encrypt(address, content), new Uint8Array(readFileSync(out)));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('refuses a key of another length', () => {
    assert.throws(() => new FlashCipher(new Uint8Array(16)), { code: 'flash-key-length' });
  });
});
