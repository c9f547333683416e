import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { decodeHeader } from '#codecs/mcuboot-header.ts';
import { isDefect, parseMcubootImage, findTlv } from '#codecs/mcuboot-image.ts';
import { mcubootKey, verifyDigest } from '#codecs/mcuboot-key.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { mcubootForgeries } from '#fuzz/forge-mcuboot.ts';
import { mcubootOlder } from '#fuzz/forge-older.ts';
import { uncounted } from '#fuzz/forge-mcuboot-unprotected.ts';
import { forgeryName, type Layer } from '#fuzz/forgery.ts';
import { buildImage, firmware } from '../../boards/nrf52840-dk/firmware.ts';
import { slot1 } from '../../boards/nrf52840-dk/layout.ts';

const base = buildImage({ version: '1.4.0', seed: 3 }).bytes;
const { keys } = firmware;
const material = {
  keys,
  areaSize: slot1.size,
  build: (spec: object) => buildImage({ version: '1.4.0', seed: 3, ...spec }).bytes,
};
const publicKeys = [
  keys.signing,
  keys.foreign,
  keys.vendorDevelopment ?? assert.fail('no development key'),
].map(({ pem }) => mcubootKey(pem));

const SIGNATURE_LENGTHS = [68, 69, 70, 71, 72];

/** Values of entries of a type and length, wherever in the bytes something looks like one. */
function lookalikes(bytes: Buffer, type: number, lengths: readonly number[]): readonly Buffer[] {
  return lengths.flatMap((length) => {
    const head = Buffer.from([type, 0, length, 0]);
    const found: Buffer[] = [];
    for (let at = bytes.indexOf(head); at !== -1; at = bytes.indexOf(head, at + 1)) {
      found.push(bytes.subarray(at + 4, at + 4 + length));
    }
    return found;
  });
}

/** SHA-256 of what the header says is hashed; null where the file does not have so much. */
function digestOf(bytes: Buffer): Buffer | null {
  const header = decodeHeader(bytes) ?? assert.fail('no header');
  const end = header.headerSize + header.imageSize + header.protectedSize;
  return end > bytes.length ? null : createHash('sha256').update(bytes.subarray(0, end)).digest();
}

/** What an independent reader finds intact: it looks for the entries by their form, so that it needs no structure. */
function layersOf(image: Uint8Array): Layer[] {
  const bytes = Buffer.from(image);
  const layers: Layer[] = isDefect(parseMcubootImage(bytes)) ? [] : ['structure'];
  const digest = digestOf(bytes);
  const names = lookalikes(bytes, TLV.keyHash, [32]);
  const named = publicKeys.filter(({ keyHash }) => names.some((name) => name.equals(keyHash)));
  if (digest !== null && lookalikes(bytes, TLV.sha256, [32]).some((hash) => hash.equals(digest))) {
    layers.push('hash');
  }
  const signatures = lookalikes(bytes, TLV.ecdsaSignature, SIGNATURE_LENGTHS);
  const isSigned = (value: Uint8Array) =>
    digest !== null && named.some(({ publicDer }) => verifyDigest(digest, value, publicDer));
  if (signatures.some(isSigned)) layers.push('signature');
  if (named.some((key) => key === publicKeys[0])) layers.push('trusted-key');
  return layers;
}

describe('fuzz/forge-mcuboot', () => {
  it('starts from a sound image', () => {
    assert.deepEqual(layersOf(base), ['structure', 'hash', 'signature', 'trusted-key']);
  });

  for (const forgery of [...mcubootForgeries, ...mcubootOlder]) {
    it(`${forgeryName(forgery)} leaves intact exactly: ${forgery.intact.join(', ') || 'nothing'}`, () => {
      const bytes = forgery.forge(base, material);
      assert.notDeepEqual(Buffer.from(bytes), Buffer.from(base));
      assert.deepEqual(layersOf(bytes), [...forgery.intact]);
      assert.deepEqual(
        Buffer.from(forgery.forge(base, material)),
        Buffer.from(bytes),
        'the same bytes every time',
      );
    });
  }

  it('has at least 48, each once, at least 4 of them composed, and of every category some', () => {
    const names = mcubootForgeries.map(forgeryName);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.length >= 48, String(names.length));
    const count = (wanted: string) => mcubootForgeries.filter(({ category }) => category === wanted).length;
    for (const category of ['structural', 'cryptographic', 'semantic', 'payload', 'composed']) {
      assert.ok(count(category) >= 4, `${category}: ${count(category)}`);
    }
  });

  it('gives no two forgeries the same bytes', () => {
    const digests = mcubootForgeries.map((forgery) =>
      createHash('sha256').update(forgery.forge(base, material)).digest('hex'),
    );
    assert.equal(new Set(digests).size, digests.length);
  });

  it('makes the oversized image fit the slot but not beside the journal', () => {
    const oversized = mcubootForgeries.find(({ attack }) => attack === 'oversized') ?? assert.fail();
    const { length } = oversized.forge(base, material);
    assert.ok(length < slot1.size && length > slot1.size - 0x2000, String(length));
  });

  it('leaves the security counter out of an otherwise sound image', () => {
    const bytes = uncounted(base, material);
    assert.deepEqual(layersOf(bytes), ['structure', 'hash', 'signature', 'trusted-key']);
    const image = parseMcubootImage(bytes);
    assert.ok(!isDefect(image) && findTlv(image, TLV.securityCounter) === null);
    assert.ok(findTlv(image, TLV.classId) !== null);
  });
});
