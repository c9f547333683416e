import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Firmware } from '#core/board.ts';
import { decodeHeader } from '#codecs/mcuboot-header.ts';
import { isDefect, parseMcubootImage, findTlv } from '#codecs/mcuboot-image.ts';
import { mcubootKey, type McubootKey } from '#codecs/mcuboot-key.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { mcubootForgeries } from '#fuzz/forge-mcuboot.ts';
import { mcubootOlder } from '#fuzz/forge-older.ts';
import { uncounted } from '#fuzz/forge-mcuboot-unprotected.ts';
import { fitsKeys, type ForgeMaterial, forgeryName, type Layer } from '#fuzz/forgery.ts';
import { nrf51822 } from '../../boards/microbit/firmware/chips.ts';
import { buildFirmwareImage } from '../../boards/microbit/firmware/images.ts';
import { referenceFacts } from '../../boards/microbit/reference-facts.ts';
import { buildImage, firmware } from '../../boards/nrf52840-dk/firmware.ts';
import { slot1 } from '../../boards/nrf52840-dk/layout.ts';

interface Maker {
  readonly base: Uint8Array;
  readonly material: ForgeMaterial;
  readonly publicKeys: readonly McubootKey[];
}

/** Who makes images of a board, and what a forger has of it. */
function makerOf({ keys }: Firmware, areaSize: number, build: (spec: object) => Uint8Array): Maker {
  const all = [keys.signing, keys.foreign, keys.vendorDevelopment ?? assert.fail('no development key')];
  const publicKeys = all.map(({ pem }) => mcubootKey(pem));
  return { base: build({}), material: { keys, areaSize, build }, publicKeys };
}

const SPEC = { version: '1.4.0', seed: 3 };
const ecdsa = makerOf(firmware, slot1.size, (spec) => buildImage({ ...SPEC, ...spec }).bytes);
const { base, material } = ecdsa;
const rsa = makerOf(referenceFacts(null).firmware, nrf51822.slot1.size, (spec) => {
  return buildFirmwareImage(nrf51822, new Uint8Array(4000).fill(0xbf), { ...SPEC, ...spec }).bytes;
});

const SIGNATURES = [
  { type: TLV.ecdsaSignature, lengths: [68, 69, 70, 71, 72] },
  { type: TLV.rsa2048Pss, lengths: [256] },
];

/** Values of entries of a type and length, wherever in the bytes something looks like one. */
function lookalikes(bytes: Buffer, type: number, lengths: readonly number[]): readonly Buffer[] {
  return lengths.flatMap((length) => {
    const head = Buffer.from([type, 0, length & 0xff, length >> 8]);
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
function layersOf(image: Uint8Array, { publicKeys }: Maker = ecdsa): Layer[] {
  const bytes = Buffer.from(image);
  const layers: Layer[] = isDefect(parseMcubootImage(bytes)) ? [] : ['structure'];
  const digest = digestOf(bytes);
  const names = lookalikes(bytes, TLV.keyHash, [32]);
  const named = publicKeys.filter(({ keyHash }) => names.some((name) => name.equals(keyHash)));
  if (digest !== null && lookalikes(bytes, TLV.sha256, [32]).some((hash) => hash.equals(digest))) {
    layers.push('hash');
  }
  const signatures = SIGNATURES.flatMap(({ type, lengths }) => lookalikes(bytes, type, lengths));
  const isSigned = (value: Uint8Array) => digest !== null && named.some((key) => key.verify(digest, value));
  if (signatures.some(isSigned)) layers.push('signature');
  if (named.some((key) => key === publicKeys[0])) layers.push('trusted-key');
  return layers;
}

describe('fuzz/forge-mcuboot', () => {
  for (const [scheme, maker] of Object.entries({ ecdsa, rsa })) {
    it(`starts from a sound image signed by ${scheme}`, () => {
      assert.deepEqual(layersOf(maker.base, maker), ['structure', 'hash', 'signature', 'trusted-key']);
    });

    for (const forgery of [...mcubootForgeries, ...mcubootOlder]) {
      if (!fitsKeys(forgery, maker.material.keys)) continue;
      const intact = forgery.intact.join(', ') || 'nothing';
      it(`${forgeryName(forgery)} of an image signed by ${scheme} leaves intact exactly: ${intact}`, () => {
        const bytes = forgery.forge(maker.base, maker.material);
        assert.notDeepEqual(Buffer.from(bytes), Buffer.from(maker.base));
        assert.deepEqual(layersOf(bytes, maker), [...forgery.intact]);
        const again = Buffer.from(forgery.forge(maker.base, maker.material));
        assert.deepEqual(again, Buffer.from(bytes), 'the same bytes every time');
      });
    }
  }

  it('makes no form of a signature out of an image that is signed by another scheme', () => {
    const others = mcubootForgeries.filter((forgery) => !fitsKeys(forgery, rsa.material.keys));
    assert.ok(others.length >= 6, String(others.length));
    for (const other of others) {
      assert.throws(() => other.forge(rsa.base, rsa.material), { code: 'forgery-other-scheme' });
    }
  });

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
    for (const { base: start, material: means } of [ecdsa, rsa]) {
      const digests = mcubootForgeries
        .filter((forgery) => fitsKeys(forgery, means.keys))
        .map((forgery) => createHash('sha256').update(forgery.forge(start, means)).digest('hex'));
      assert.equal(new Set(digests).size, digests.length);
    }
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
