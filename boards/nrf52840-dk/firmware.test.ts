import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { findTlv, isDefect, parseMcubootImage } from '#codecs/mcuboot-image.ts';
import { publicDerOf, verifyDigest } from '#codecs/mcuboot-key.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { decodePayload } from '#codecs/payload.ts';
import { buildImage, firmware } from './firmware.ts';
import { testKeys } from './keys.ts';

function parsed(bytes: Uint8Array) {
  const image = parseMcubootImage(bytes);
  assert.ok(!isDefect(image));
  return image;
}

describe('boards/nrf52840-dk/firmware', () => {
  it('gives the same bytes for the same spec, and others for another seed', () => {
    const spec = { version: '1.3.0', behaviour: 'hangs' } as const;
    assert.deepEqual(buildImage(spec), buildImage(spec));
    assert.notEqual(buildImage({ ...spec, seed: 1 }).identity, buildImage(spec).identity);
    assert.notEqual(buildImage({ ...spec, seed: 1 }).buildId, buildImage(spec).buildId);
  });

  it('leaves name out of the bytes', () => {
    const named = buildImage({ version: '1.3.0', name: 'one' });
    assert.deepEqual(named.bytes, buildImage({ version: '1.3.0', name: 'two' }).bytes);
    assert.equal(named.name, 'one');
  });

  it('carries manifest, counter, version and a signature by the bench key', () => {
    const { bytes, buildId, identity, digest } = buildImage({
      version: '2.3.4+5',
      securityCounter: 9,
      behaviour: 'crashes',
    });
    const image = parsed(bytes);
    const { major, minor, revision, build } = image.header.version;
    assert.deepEqual([major, minor, revision, build], [2, 3, 4, 5]);
    assert.deepEqual(decodePayload(image.payload), { behaviour: 'crashes', buildId, product: 'nrf52840-dk' });
    assert.equal(Buffer.from(findTlv(image, TLV.securityCounter) ?? []).readUInt32LE(), 9);
    assert.equal(hash('sha256', bytes, 'hex'), digest);
    const signature = findTlv(image, TLV.ecdsaSignature) ?? new Uint8Array();
    const trusted = (pem: string) => verifyDigest(Buffer.from(identity, 'hex'), signature, publicDerOf(pem));
    assert.equal(trusted(testKeys.signing.pem), true);
    assert.equal(trusted(testKeys.foreign.pem), false);
  });

  it('has golden 1.2.0, counter 2', () => {
    assert.equal(firmware.golden.version, '1.2.0');
    const image = parsed(firmware.golden.bytes);
    assert.equal(Buffer.from(findTlv(image, TLV.securityCounter) ?? []).readUInt32LE(), 2);
    assert.deepEqual(firmware.build(firmware.goldenSpec), firmware.golden);
  });

  it('blames the caller for versions and products that cannot be', () => {
    assert.throws(() => buildImage({ version: '1.256.0' }), { name: 'UsageError' });
    assert.throws(() => buildImage({ version: '1.0.0', product: '' }), { name: 'UsageError' });
    assert.throws(() => buildImage({ version: '1.0.0', payloadSize: 8 }), { name: 'UsageError' });
  });
});
