import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { checkEspImage, encodeEspImage, parseEspImage, type EspImage } from '#codecs/esp-image.ts';
import { blockUsable, decodeSignatureBlock, keyDigest } from '#codecs/esp-signature-block.ts';
import { signatureFits } from '#codecs/esp-secure-boot.ts';
import { decodeAppDescriptor } from '#codecs/esp-app-desc.ts';
import { isAssayError } from '#core/errors.ts';
import { espForgeries } from '#fuzz/forge-esp.ts';
import type { Layer } from '#fuzz/forgery.ts';
import { buildImage } from '../../boards/esp32-devkitc/firmware.ts';
import { testKeys } from '../../boards/esp32-devkitc/keys.ts';
import { SLOT_SIZE } from '../../boards/esp32-devkitc/layout.ts';

const base = buildImage({ version: '1.4.0', seed: 3 }).bytes;
const material = {
  keys: testKeys,
  areaSize: SLOT_SIZE,
  build: (spec: object) => buildImage({ version: '1.4.0', seed: 3, ...spec }).bytes,
};

function parsed(bytes: Uint8Array): EspImage | null {
  try {
    return parseEspImage(bytes);
  } catch (error) {
    assert.ok(isAssayError(error) && error.fault === 'peer');
    return null;
  }
}

/** What an independent reader finds intact. */
function layersOf(bytes: Uint8Array): Layer[] {
  const image = parsed(bytes);
  if (image === null || image.segments.some(({ length }) => length % 4 !== 0)) return [];
  if (decodeAppDescriptor(image.segments[0]?.data ?? new Uint8Array()) === null) return [];
  const layers: Layer[] = ['structure'];
  const checks = checkEspImage(image);
  if (checks.checksum) layers.push('checksum');
  if (checks.digest === true) layers.push('hash');
  return [
    ...layers,
    ...signatureLayers(bytes, encodeEspImage({ ...image, trailer: new Uint8Array() }).length),
  ];
}

function signatureLayers(bytes: Uint8Array, end: number): Layer[] {
  const at = Math.ceil(end / 4096) * 4096;
  const block = decodeSignatureBlock(bytes.subarray(at));
  if (block === null) return [];
  const digest = createHash('sha256').update(bytes.subarray(0, at)).digest();
  const layers: Layer[] = [];
  const named = Buffer.compare(block.digest, digest) === 0;
  if (blockUsable(block) && named && signatureFits(block, digest)) layers.push('signature');
  if (Buffer.from(keyDigest(block)).toString('hex') === testKeys.signing.id) layers.push('trusted-key');
  return layers;
}

describe('fuzz/forge-esp', () => {
  it('starts from a sound image', () => {
    assert.deepEqual(layersOf(base), ['structure', 'checksum', 'hash', 'signature', 'trusted-key']);
  });

  for (const forgery of espForgeries) {
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
    const names = espForgeries.map(({ attack, id }) => `${attack}/${id}`);
    assert.equal(new Set(names).size, names.length);
  });
});
