import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { resign } from '#codecs/mcuboot-build.ts';
import {
  encodeMcubootImage,
  type ImageLies,
  isDefect,
  type McubootImage,
  parseMcubootImage,
} from '#codecs/mcuboot-image.ts';
import { developmentKey, type McubootKey, mcubootKey, testSigningKey } from '#codecs/mcuboot-key.ts';
import { type Tlv, TLV, u32Value } from '#codecs/mcuboot-tlv.ts';
import { encodeTrailer } from '#codecs/mcuboot-trailer.ts';
import type { McubootFlaw } from '#virtual/mcuboot/flaws.ts';
import { factoryContent } from '#virtual/mcuboot/provision.ts';
import {
  NRF52840_LAYOUT,
  NRF52840_SHAPE,
  referenceChip,
  referenceImage,
} from '#virtual/mcuboot/reference.ts';
import { SOUND_PROFILE, trailerOf } from '#virtual/mcuboot/profile.ts';
import { Slot } from '#virtual/mcuboot/slot.ts';
import type { Booted } from '#virtual/silicon.ts';

const GOOD = taken(referenceImage({ version: '1.3.0', counter: 3 }));
const FOREIGN = mcubootKey(testSigningKey('foreign').pem);

function taken(bytes: Uint8Array): McubootImage {
  const image = parseMcubootImage(bytes);
  if (isDefect(image)) assert.fail(JSON.stringify(image));
  return image;
}

/** Boots a chip that found these bytes in its update slot, with a request to try them. */
function offered(image: Uint8Array, ...flaws: readonly McubootFlaw[]): Booted {
  const chip = referenceChip(...flaws);
  const { shape } = new Slot(chip.storage, NRF52840_LAYOUT.secondary, trailerOf(SOUND_PROFILE));
  const { flash, fuses } = factoryContent(NRF52840_SHAPE, NRF52840_LAYOUT, referenceImage(), 2);
  const { offset, bytes } = encodeTrailer(shape, { magic: true, swapType: 'test' });
  flash.set(image, NRF52840_LAYOUT.secondary.offset);
  flash.set(bytes, NRF52840_LAYOUT.secondary.offset + offset);
  chip.storage.load({ flash, fuses });
  return chip.boot();
}

function withTlvs(tlvs: readonly Tlv[], lies: ImageLies = {}): Uint8Array {
  return encodeMcubootImage({ ...GOOD, unprotectedTlvs: tlvs }, lies);
}

function signedBy(key: McubootKey): McubootImage {
  return resign(GOOD, key);
}

function flipped(at: number): Uint8Array {
  const bytes = encodeMcubootImage(GOOD).slice();
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

/** Images that a sound chip refuses, each with the flaw that lets it in. */
const REFUSED: readonly [string, McubootFlaw, Uint8Array][] = [
  ['an older minor version', 'mcuboot/no-version-check', referenceImage({ version: '1.1.9' })],
  ['an older minor version', 'mcuboot/version-major-only', referenceImage({ version: '1.1.9' })],
  [
    'a lower security counter',
    'mcuboot/counter-not-checked',
    referenceImage({ version: '1.3.0', counter: 1 }),
  ],
  [
    'no security counter',
    'mcuboot/counter-missing-accepted',
    referenceImage({ version: '1.3.0', counter: null }),
  ],
  ['a foreign signature', 'mcuboot/no-signature-check', encodeMcubootImage(signedBy(FOREIGN))],
  ['a foreign signature', 'mcuboot/unknown-key-skipped', encodeMcubootImage(signedBy(FOREIGN))],
  ['a hash only', 'mcuboot/no-signature-check', withTlvs(GOOD.unprotectedTlvs.slice(0, 1))],
  ['changed header padding', 'mcuboot/hash-skips-header', flipped(100)],
  ['changed payload', 'mcuboot/hash-tlv-trusted', flipped(1000)],
  [
    'a foreign key that came along',
    'mcuboot/key-from-image',
    withTlvs([{ type: TLV.publicKey, value: FOREIGN.publicDer }, ...signedBy(FOREIGN).unprotectedTlvs]),
  ],
  [
    'the published development key',
    'mcuboot/development-key',
    encodeMcubootImage(signedBy(mcubootKey(developmentKey().pem))),
  ],
  [
    'an entry outside the allow-list',
    'mcuboot/unprotected-tlv-accepted',
    withTlvs([...GOOD.unprotectedTlvs, { type: TLV.dependency, value: new Uint8Array(12) }]),
  ],
  [
    'another product',
    'mcuboot/product-not-checked',
    referenceImage({ version: '1.3.0', product: 'another' }),
  ],
];

describe('MCUboot validation', () => {
  it('lets a good image in', () => {
    assert.equal(offered(encodeMcubootImage(GOOD)).app?.version, '1.3.0');
  });

  it('lets the same version in again', () => {
    assert.equal(offered(referenceImage({ seed: 9 })).app?.confirmed, false);
  });

  for (const [what, flaw, image] of REFUSED) {
    it(`refuses ${what}, unless built with ${flaw}`, () => {
      const sound = offered(image);
      assert.equal(sound.app?.version, '1.2.0', sound.log.join('\n'));
      assert.equal(sound.app.confirmed, true);
      const flawed = offered(image, flaw);
      assert.equal(flawed.app?.confirmed, false, flawed.log.join('\n'));
    });
  }

  it('compares build numbers, unless built with mcuboot/build-number-ignored', () => {
    const chip = (...flaws: readonly McubootFlaw[]) => {
      const built = referenceChip(...flaws);
      const newer = referenceImage({ version: '1.2.0+9' });
      built.storage.load(factoryContent(NRF52840_SHAPE, NRF52840_LAYOUT, newer, 2));
      const { app } = built.boot();
      built.stage(app ?? assert.fail('no boot'), referenceImage({ version: '1.2.0+8' }));
      return built.boot().app?.version;
    };
    assert.equal(chip(), '1.2.0+9');
    assert.equal(chip('mcuboot/build-number-ignored'), '1.2.0+8');
  });

  it('refuses an entry that overruns its area, and crashes for ever with mcuboot/tlv-length-trusted', () => {
    const image = withTlvs([
      { type: TLV.keyHash, value: new Uint8Array(32), length: 0xffff },
      ...GOOD.unprotectedTlvs,
    ]);
    assert.equal(offered(image).app?.version, '1.2.0');
    const { app, log } = offered(image, 'mcuboot/tlv-length-trusted');
    assert.equal(app, null);
    assert.match(log.join('\n'), /BUS FAULT[^]*ZEPHYR FATAL ERROR/);
  });

  it('refuses an image that leaves no room to swap; mcuboot/size-not-checked swaps it over the journal', () => {
    const overJournal = referenceImage({ version: '1.3.0', size: 116 * 4096 });
    assert.equal(offered(overJournal).app?.version, '1.2.0');
    const { app } = offered(overJournal, 'mcuboot/size-not-checked');
    assert.deepEqual([app?.version, app?.confirmed], ['1.3.0', true]);
    const overEnd = referenceImage({ version: '1.3.0', size: 117 * 4096 });
    assert.equal(offered(overEnd).app?.version, '1.2.0');
    assert.match(offered(overEnd, 'mcuboot/size-not-checked').log.join('\n'), /ASSERTION FAIL/);
    const fits = referenceImage({ version: '1.3.0', size: 116 * 4096 - 0x200 - 24 - 12 - 160 });
    assert.equal(offered(fits).app?.version, '1.3.0');
  });

  it('takes an unsigned counter only without an allow-list, and then for real', () => {
    const bare = taken(referenceImage({ version: '1.3.0', counter: null }));
    const counter: Tlv = { type: TLV.securityCounter, value: u32Value(5) };
    const image = encodeMcubootImage({ ...bare, unprotectedTlvs: [...bare.unprotectedTlvs, counter] });
    assert.equal(offered(image).app?.version, '1.2.0');
    assert.equal(offered(image, 'mcuboot/unprotected-tlv-accepted').app?.version, '1.3.0');
  });

  it('refuses a counter that one-time memory has no room for', () => {
    const { app, log } = offered(referenceImage({ version: '1.3.0', counter: 0xffff_ffff }));
    assert.equal(app?.version, '1.2.0');
    assert.match(log.join('\n'), /Security counter update is not possible/);
  });

  it('says why it refused', () => {
    const logOf = (image: Uint8Array) => offered(image).log.join('\n');
    assert.match(logOf(flipped(1000)), /E: Image in the secondary slot is not valid!/);
    assert.match(
      logOf(referenceImage({ version: '1.0.0' })),
      /I: Image 0 in slot 1 erased due to downgrade prevention/,
    );
    assert.match(
      logOf(referenceImage({ version: '1.3.0', counter: 1 })),
      /E: Image security counter value 1 lower than monotonic value 2/,
    );
  });

  it('runs golden whatever one byte of the image is changed to, but for the framing of the signature', () => {
    const good = encodeMcubootImage(GOOD);
    const signature = GOOD.unprotectedTlvs.at(-1)?.value ?? assert.fail('not signed');
    // TinyCrypt's port does not look at the length of the sequence, nor at what an integer has in front of 32 bytes.
    const start = good.length - signature.length;
    const free = new Set([start + 1, start + 4, start + 6 + (signature[3] ?? 0)]);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        fc.pre(!free.has(at));
        const bytes = good.slice();
        bytes[at] = (bytes[at] ?? 0) ^ change;
        const { app } = offered(bytes);
        assert.equal(app?.version, '1.2.0');
        assert.equal(app.confirmed, true);
      }),
      { numRuns: 150 },
    );
  });

  it('runs golden whatever bytes are offered', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (tail, hasMagic) => {
        const bytes = hasMagic ? Uint8Array.from([0x3d, 0xb8, 0xf3, 0x96, ...tail]) : tail;
        assert.equal(offered(bytes).app?.version, '1.2.0');
      }),
    );
  });
});
