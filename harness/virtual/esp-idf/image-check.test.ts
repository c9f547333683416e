import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  encodeEspImage,
  parseEspImage,
  sealEspImage,
  type EspImage,
  type EspSegment,
} from '#codecs/esp-image.ts';
import type { EspHeader } from '#codecs/esp-header.ts';
import { appendBlocks, signDigest, signEspImage } from '#codecs/esp-secure-boot.ts';
import { parseSignatureSector, withBlockCrc } from '#codecs/esp-signature-block.ts';
import { booted, bootStaged, bytesOf, espChip, overwrite } from '#virtual/esp-idf/chip.fixture.ts';
import { testKeys } from '../../../boards/esp32-devkitc/keys.ts';

const UPDATE = bytesOf({ version: '1.3.0' });
const PADDED = 0x10000;
const plain = parseEspImage(UPDATE.subarray(0, PADDED));

/** The update with other parts, completed and signed by the trusted key: only the lie itself is wrong. */
function resigned(change: (image: EspImage) => Pick<EspImage, 'header' | 'segments'>): Uint8Array {
  return signEspImage(encodeEspImage(sealEspImage(change(plain))), testKeys.signing.pem);
}

function withHeader(change: Partial<EspHeader>): Uint8Array {
  return resigned(({ header, segments }) => ({ header: { ...header, ...change }, segments }));
}

function withSegment(index: number, change: Partial<EspSegment>): Uint8Array {
  return resigned(({ header, segments }) => ({
    header,
    segments: segments.map((segment, i) => (i === index ? { ...segment, ...change } : segment)),
  }));
}

function flipped(at: number): Uint8Array {
  const bytes = new Uint8Array(UPDATE);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

const [block = assert.fail()] = parseSignatureSector(UPDATE.subarray(PADDED));
const body = UPDATE.subarray(0, PADDED);

describe('image verification of the ESP-IDF boot loader', () => {
  const mutations: readonly { readonly what: string; readonly image: Uint8Array; readonly says: string }[] = [
    { what: 'magic byte', image: withHeader({ magic: 0xe8 }), says: 'has invalid magic byte' },
    { what: 'chip id', image: withHeader({ chipId: 5 }), says: 'mismatch chip ID, expected 0, found 5' },
    {
      what: 'least chip revision',
      image: withHeader({ minChipRevision: 302 }),
      says: 'chip revision check failed. Required >= v3.2, found v3.1.',
    },
    {
      what: 'greatest chip revision',
      image: withHeader({ maxChipRevision: 300 }),
      says: 'chip revision check failed. Required <= v3.0, found v3.1.',
    },
    {
      what: 'segment count',
      image: withHeader({ segmentCount: 17 }),
      says: 'segment count 17 exceeds max 16',
    },
    {
      what: 'segment length',
      image: withSegment(1, { length: 0x01000001 }),
      says: 'invalid segment length 0x1000001',
    },
    {
      what: 'segment over the end of flash',
      image: withSegment(3, { length: 0x800000 }),
      says: 'bootloader_mmap',
    },
    {
      what: 'short first segment',
      image: withSegment(0, { length: 128 }),
      says: 'is too short for app description',
    },
    {
      what: 'load address of a mapped segment',
      image: withSegment(0, { loadAddress: 0x3f400000 }),
      says: "doesn't match data",
    },
    {
      what: 'load address nowhere',
      image: withSegment(1, { loadAddress: 0x20000000 }),
      says: 'bad load address range',
    },
    {
      what: 'load address over the boot loader',
      image: withSegment(1, { loadAddress: 0x3fff0000 }),
      says: 'overlaps bootloader data',
    },
    { what: 'one data bit', image: flipped(0x4000), says: 'Checksum failed. Calculated 0x' },
    { what: 'descriptor magic', image: flipped(0x20), says: 'Failed to get partition description' },
    { what: 'digest', image: flipped(PADDED - 1), says: 'image corrupted on flash' },
    { what: 'signature', image: flipped(PADDED + 900), says: 'Secure boot signature verification failed' },
    { what: 'signature’s absence', image: body, says: 'Secure Boot V2 verification failed.' },
    {
      what: 'signing key',
      image: signEspImage(body, testKeys.foreign.pem),
      says: 'image valid, signature bad',
    },
    {
      what: 'content under a genuine block',
      image: appendBlocks(
        encodeEspImage(sealEspImage({ ...plain, header: { ...plain.header, spiSize: 4 } })),
        [block],
      ),
      says: 'image valid, signature bad',
    },
    {
      what: 'digest in the block',
      image: appendBlocks(body, [withBlockCrc({ ...block, digest: new Uint8Array(32) })]),
      says: 'Secure Boot V2 verification failed.',
    },
    {
      what: 'trusted key in second place, which ESP32 does not look at',
      image: appendBlocks(body, [signDigest(block.digest, testKeys.foreign.pem), block]),
      says: 'Secure Boot V2 verification failed.',
    },
  ];
  for (const { what, image, says } of mutations) {
    it(`refuses another ${what} and falls back`, () => {
      const { app, log } = bootStaged(espChip(), image);
      assert.equal(app?.version, '1.2.0');
      assert.ok(
        log.some((line) => line.includes(says)),
        log.join('\n'),
      );
    });
  }

  it('accepts what only sits elsewhere or behind', () => {
    const trailing = Buffer.concat([UPDATE, Buffer.from('trailing bytes are not looked at')]);
    assert.equal(bootStaged(espChip(), trailing).app?.version, '1.3.0');
    const unlimited = withHeader({ maxChipRevision: 0xffff, hashAppended: 0 });
    assert.equal(
      bootStaged(espChip(), unlimited).app?.version,
      '1.3.0',
      'the signature covers what no hash does',
    );
  });

  it('refuses an image that does not fit its partition together with its signature', () => {
    const chip = espChip();
    const image = bytesOf({ version: '1.3.0', payloadSize: 0xf8000 });
    assert.equal(image.length, 0x101000);
    const { log } = bootStaged(chip, image);
    assert.ok(
      log.some((line) => line.includes("Image length 1052672 doesn't fit in partition length 1048576")),
    );
  });

  it('runs, and lets crash, an image whose code is not there although it is signed', () => {
    const erased = withSegment(2, { data: new Uint8Array(1024).fill(0xff) });
    const { app } = bootStaged(espChip(), erased);
    assert.equal(app?.behaviour, 'crashes');
    assert.notEqual(app.identity, booted(espChip()).identity);
    assert.equal(bootStaged(espChip(), withHeader({ entry: 0x40090000 })).app?.behaviour, 'crashes');
  });

  it('survives anything in flash', () => {
    const chip = espChip();
    const places = [0x8000, 0xd000, 0xe000, 0x110000, 0x210000];
    const edit = fc.record({
      place: fc.constantFrom(...places),
      at: fc.nat(600),
      byte: fc.nat(255),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), fc.boolean(), (edits, md5) => {
        const mark = chip.storage.mark();
        try {
          for (const place of places) {
            const sector = chip.storage.bytes.slice(place, place + 0x1000);
            for (const { at, byte } of edits.filter((each) => each.place === place)) sector[at] = byte;
            // Without its MD5 row an edited partition table is taken.
            if (place === 0x8000 && !md5) sector.fill(0xff, 5 * 32, 6 * 32);
            overwrite(chip, place, sector);
          }
          const { app } = chip.boot();
          if (app !== null) chip.stage(app, UPDATE.subarray(0, 0x2000));
          chip.boot();
        } finally {
          chip.storage.rewind(mark);
        }
      }),
      { numRuns: 300 },
    );
  });
});
