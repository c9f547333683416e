import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAssayError } from '#core/errors.ts';
import {
  APP_DESCRIPTOR_AT,
  APP_DESCRIPTOR_MAGIC,
  cString,
  decodeAppDescriptor,
  encodeAppDescriptor,
} from '#codecs/esp-app-desc.ts';
import { realFile, REAL_BUILDS } from '#codecs/esp-firmware.fixture.ts';
import { decodeEspHeader, encodeEspHeader, type EspHeader } from '#codecs/esp-header.ts';
import {
  checkEspImage,
  checksumOffset,
  encodeEspImage,
  parseEspImage,
  sealEspImage,
  type EspImage,
} from '#codecs/esp-image.ts';
import { golden } from '../../boards/esp32-devkitc/golden.ts';

/** Facts read off the builds with the vendor's own tools. */
const KNOWN = {
  'esp32-hello-world': { chipId: 0, project: 'hello_world', idf: 'v5.0.1-751-g96c4ec8df2' },
  'esp32c3-hello-world': { chipId: 5, project: 'hello_world', idf: 'v6.0-dev-2079-g3655d4cdca' },
} as const;

describe('ESP-IDF images', () => {
  for (const build of REAL_BUILDS) {
    for (const file of ['hello_world.bin', 'bootloader.bin']) {
      it(`takes ${build}/${file} apart, verifies it, and puts the same bytes together`, function () {
        const bytes = realFile(this, build, file);
        const image = parseEspImage(bytes);
        assert.equal(image.header.chipId, KNOWN[build].chipId);
        assert.deepEqual(checkEspImage(image), { checksum: true, digest: true });
        assert.deepEqual(encodeEspImage(image), bytes);
        assert.deepEqual(
          encodeEspImage({ ...sealEspImage(image), trailer: image.trailer }),
          bytes,
          'sealing computes the very checksum and digest the build has',
        );
      });
    }

    it(`reads the application descriptor of ${build}`, function () {
      const bytes = realFile(this, build, 'hello_world.bin');
      const descriptor = decodeAppDescriptor(bytes.subarray(APP_DESCRIPTOR_AT));
      assert.equal(descriptor?.magic, APP_DESCRIPTOR_MAGIC);
      assert.equal(descriptor.projectName, KNOWN[build].project);
      assert.equal(descriptor.idfVersion, KNOWN[build].idf);
      assert.deepEqual(
        Buffer.from(encodeAppDescriptor(descriptor)),
        Buffer.from(bytes.subarray(APP_DESCRIPTOR_AT, APP_DESCRIPTOR_AT + 256)),
      );
    });
  }

  it('keeps its own copy of what it reads, whatever kind of bytes it was given', () => {
    const given = Buffer.from(golden.bytes);
    const image = parseEspImage(given);
    given.fill(0);
    assert.deepEqual(encodeEspImage(image), golden.bytes);
    assert.ok(!Buffer.isBuffer(golden.bytes), 'slice() of a Buffer would share its memory');
  });

  it('puts the checksum into the last byte of a block of 16', () => {
    const places = [0, 14, 15, 16, 31, 32].map(checksumOffset);
    assert.deepEqual(places, [15, 15, 15, 31, 31, 47]);
  });

  it('reads a C string up to its first NUL', () => {
    assert.equal(cString('1.2.0\0junk'), '1.2.0');
    assert.equal(cString('1.2.0'), '1.2.0');
  });

  const image = parseEspImage(golden.bytes);
  const lies: readonly { readonly what: string; readonly image: EspImage }[] = [
    { what: 'checksum', image: { ...image, checksum: image.checksum ^ 1 } },
    { what: 'digest', image: { ...image, digest: new Uint8Array(32) } },
    { what: 'segment data', image: { ...image, segments: image.segments.map(damaged) } },
  ];
  for (const { what, image: lie } of lies) {
    it(`notices a lie in the ${what}`, () => {
      const { checksum, digest } = checkEspImage(parseEspImage(encodeEspImage(lie)));
      assert.ok(!checksum || digest === false);
    });
  }

  it('writes lengths and counts as a forger wants them', () => {
    const [first, ...rest] = image.segments;
    assert.ok(first);
    const forged = encodeEspImage({ ...image, segments: [{ ...first, length: 0x01000001 }, ...rest] });
    assert.equal(Buffer.from(forged).readUInt32LE(28), 0x01000001);
    assert.throws(() => parseEspImage(forged), { name: 'PeerError', code: 'esp-image-malformed' });
    const counted = encodeEspImage({ ...image, header: { ...image.header, segmentCount: 17 } });
    assert.throws(() => parseEspImage(counted), { code: 'esp-image-malformed' });
  });

  it('reads back every header it can write', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 24 }), (bytes) => {
        const header = decodeEspHeader(bytes);
        assert.ok(header);
        assert.deepEqual(encodeEspHeader(header), bytes);
      }),
    );
  });

  it('reads back every image it can seal', () => {
    const part = fc.record({ loadAddress: fc.nat(0xffffffff), data: fc.uint8Array({ maxLength: 64 }) });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 16 }), fc.nat(1), (parts, hashAppended) => {
        const header: EspHeader = { ...image.header, segmentCount: parts.length, hashAppended };
        const segments = parts.map((each) => ({ ...each, length: each.data.length }));
        const bytes = encodeEspImage(sealEspImage({ header, segments }));
        const parsed = parseEspImage(bytes);
        assert.deepEqual(checkEspImage(parsed), { checksum: true, digest: hashAppended === 0 ? null : true });
        assert.deepEqual(encodeEspImage(parsed), bytes);
      }),
    );
  });

  it('refuses hostile bytes with its own error, and keeps every byte of what it accepts', () => {
    const start = golden.bytes.slice(0, 400);
    const edit = fc.tuple(fc.nat(399), fc.nat(255));
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), fc.nat(400), (edits, length) => {
        const bytes = start.slice(0, length);
        for (const [at, value] of edits) if (at < length) bytes[at] = value;
        try {
          assert.deepEqual(encodeEspImage(parseEspImage(bytes)), bytes);
        } catch (error) {
          assert.ok(isAssayError(error) && error.code === 'esp-image-malformed', String(error));
        }
      }),
    );
  });
});

function damaged(segment: EspImage['segments'][number], index: number): EspImage['segments'][number] {
  if (index !== 0) return segment;
  const data = segment.data.slice();
  data[data.length - 1] = (data.at(-1) ?? 0) ^ 0x80;
  return { ...segment, data };
}
