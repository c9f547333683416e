import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  hashedBytes,
  isDefect,
  parseMcubootImage,
  findTlv,
  type McubootImage,
} from '#codecs/mcuboot-image.ts';
import { mcubootKey, verifyDigest } from '#codecs/mcuboot-key.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { mcubootForgeries } from '#fuzz/forge-mcuboot.ts';
import { withoutSecurityCounter } from '#fuzz/forge-mcuboot-signature.ts';
import type { Layer } from '#fuzz/forgery.ts';
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

function same(a: Uint8Array | null, b: Uint8Array): boolean {
  return a !== null && Buffer.compare(a, b) === 0;
}

/** What an independent reader finds intact. */
function layersOf(bytes: Uint8Array): Layer[] {
  const image = parseMcubootImage(bytes);
  if (isDefect(image)) return [];
  const digest = createHash('sha256').update(hashedBytes(image)).digest();
  const layers: Layer[] = ['structure'];
  if (same(findTlv(image, TLV.sha256), digest)) layers.push('hash');
  if (signedByNamedKey(image, digest)) layers.push('signature');
  if (same(findTlv(image, TLV.keyHash), publicKeys[0]?.keyHash ?? digest)) layers.push('trusted-key');
  return layers;
}

function signedByNamedKey(image: McubootImage, digest: Uint8Array): boolean {
  const named = findTlv(image, TLV.keyHash);
  const key = publicKeys.find(({ keyHash }) => same(named, keyHash));
  const signature = findTlv(image, TLV.ecdsaSignature);
  return key !== undefined && signature !== null && verifyDigest(digest, signature, key.publicDer);
}

describe('fuzz/forge-mcuboot', () => {
  it('starts from a sound image', () => {
    assert.deepEqual(layersOf(base), ['structure', 'hash', 'signature', 'trusted-key']);
  });

  for (const forgery of mcubootForgeries) {
    it(`${forgery.attack}/${forgery.id} leaves intact exactly: ${forgery.intact.join(', ') || 'nothing'}`, () => {
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

  it('names every forgery once', () => {
    const names = mcubootForgeries.map(({ attack, id }) => `${attack}/${id}`);
    assert.equal(new Set(names).size, names.length);
  });

  it('makes the oversized image fit the slot but not beside the journal', () => {
    const oversized = mcubootForgeries.find(({ attack }) => attack === 'oversized') ?? assert.fail();
    const { length } = oversized.forge(base, material);
    assert.ok(length < slot1.size && length > slot1.size - 0x2000, String(length));
  });

  it('leaves the security counter out of an otherwise sound image', () => {
    const bytes = withoutSecurityCounter(base, keys.signing);
    assert.deepEqual(layersOf(bytes), ['structure', 'hash', 'signature', 'trusted-key']);
    const image = parseMcubootImage(bytes);
    assert.ok(!isDefect(image) && findTlv(image, TLV.securityCounter) === null);
    assert.ok(findTlv(image, TLV.classId) !== null);
  });
});
