import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imgtoolPython, ImgtoolServer } from '#codecs/peers/imgtool/server.ts';
import { skipBecause } from '#contracts/skip.ts';
import { mcubootForgeries } from '#fuzz/forge-mcuboot.ts';
import { fitsKeys, forgeryName } from '#fuzz/forgery.ts';
import { buildImage, firmware } from '../../boards/nrf52840-dk/firmware.ts';
import { slot1 } from '../../boards/nrf52840-dk/layout.ts';

const PYTHON = imgtoolPython(process.env);
const SPEC = { version: '1.4.0', seed: 3 };
const base = buildImage(SPEC).bytes;
const material = {
  keys: firmware.keys,
  areaSize: slot1.size,
  build: (spec: object) => buildImage({ ...SPEC, ...spec }).bytes,
};

/**
 * What a boot loader must refuse and imgtool does not look at: it tries the key it is given on each signature until one
 * holds, by the length of the area alone, and has no opinion on products, features and slots.
 */
const NOT_LOOKED_AT: ReadonlySet<string> = new Set([
  'bit-flip/key-hash',
  'size-lies/tlv-past-end',
  'size-lies/key-hash-long',
  'oversized/no-room-to-swap',
  'hash-entry/missing',
  'odd-signature/good-then-bad',
  'odd-signature/key-hash-missing',
  'odd-signature/signature-first',
]);
const OUT_OF_SCOPE: ReadonlySet<string> = new Set(['product', 'unprotected-tlv', 'unsupported']);
/** In the scope of these attacks, and refused all the same: hash and magic are looked at. */
const REFUSED_ANYWAY: ReadonlySet<string> = new Set([
  'unprotected-tlv/pure-mark-added',
  'unsupported/old-magic',
]);
/** imgtool knows one kind of hash for each kind of key; bootutil passes over the others. */
const STRICTER: ReadonlySet<string> = new Set(['hash-entry/both-types']);

let folder = '';
let server: ImgtoolServer | null = null;

/** What imgtool says of the bytes, asked with the maker's key. */
async function verdict(bytes: Uint8Array): Promise<{ readonly code: number; readonly out: string }> {
  writeFileSync(join(folder, 'image.bin'), bytes);
  return (server ?? assert.fail('no imgtool')).run('verify', '-k', 'key.pem', 'image.bin');
}

function takenByImgtool(attack: string, name: string, expect: string): boolean {
  if (STRICTER.has(name) || REFUSED_ANYWAY.has(name)) return false;
  return expect === 'harmless' || NOT_LOOKED_AT.has(name) || OUT_OF_SCOPE.has(attack);
}

describe('forged MCUboot images against imgtool', function () {
  this.timeout(60_000);

  before(function () {
    if (PYTHON === null) {
      skipBecause(this, 'imgtool is neither on PATH nor named by ASSAY_IMGTOOL (pip install imgtool)');
    }
    folder = mkdtempSync(join(tmpdir(), 'assay-forged-'));
    writeFileSync(join(folder, 'key.pem'), firmware.keys.signing.pem, { mode: 0o600 });
    server = new ImgtoolServer(PYTHON, folder);
  });

  after(async () => {
    await server?.close();
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  it('starts from an image that imgtool finds good', async () => {
    const { code, out } = await verdict(base);
    assert.equal(code, 0, out);
  });

  for (const forgery of mcubootForgeries.filter((each) => fitsKeys(each, material.keys))) {
    const name = forgeryName(forgery);
    const taken = takenByImgtool(forgery.attack, name, forgery.expect);
    it(`${name}: ${taken ? 'not what imgtool looks at' : 'refused by imgtool too'}`, async () => {
      const { code, out } = await verdict(forgery.forge(base, material));
      assert.equal(code === 0, taken, out);
    });
  }
});
