import assert from 'node:assert/strict';
import { findTlv, parseMcubootImage, imageIdentity, isDefect } from '#codecs/mcuboot-image.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { trailerOffsets } from '#codecs/mcuboot-trailer.ts';
import { decodePayload, PAYLOAD_LENGTH } from '#codecs/payload.ts';
import { firmwareChips, nrf51822 } from './chips.ts';
import { configSource, keySource, memorySource } from './config-zig.ts';
import { elfBytes } from './elf-bytes.ts';
import { firmwareFlaws } from './flaws.ts';
import {
  buildFirmwareImage,
  codeAddress,
  demandRoom,
  type Hashed,
  HEADER_SIZE,
  maxImageSize,
  productOf,
} from './images.ts';
import { rsaTestKeys } from './keys.ts';
import { findToolchain } from './toolchain.ts';

const code = Uint8Array.from({ length: 1000 }, (_, i) => i & 0xff);

describe('boards/microbit/firmware', () => {
  it('lies within each chip: areas side by side, the counter behind them, trailers in one page', () => {
    for (const { boot, slot0, slot1, counter, flash, maxSectors } of firmwareChips) {
      assert.equal(slot0.offset, boot.offset + boot.size);
      assert.equal(slot1.offset, slot0.offset + slot0.size);
      assert.equal(counter.address, slot1.offset + slot1.size);
      assert.ok(counter.address + flash.page <= flash.size && counter.words * flash.word <= flash.page);
      const { status } = trailerOffsets({ slotSize: slot0.size, maxAlign: 8, writeSize: 4, maxSectors });
      assert.ok(status >= slot0.size - flash.page);
    }
  });

  it('builds images around code: manifest in front, the same bytes each time, the spec in the build id', () => {
    const image = buildFirmwareImage(nrf51822, code, { version: '1.3.0', behaviour: 'hangs' });
    assert.deepEqual(image, buildFirmwareImage(nrf51822, code, { version: '1.3.0', behaviour: 'hangs' }));
    const parsed = parseMcubootImage(image.bytes);
    assert.ok(!isDefect(parsed));
    assert.equal(imageIdentity(parsed), image.identity);
    const { buildId } = image;
    const product = productOf(nrf51822);
    assert.deepEqual(decodePayload(parsed.payload), { behaviour: 'hangs', buildId, product });
    assert.deepEqual(parsed.payload.slice(PAYLOAD_LENGTH), code);
    assert.equal(codeAddress(nrf51822), nrf51822.slot0.offset + HEADER_SIZE + PAYLOAD_LENGTH);
    assert.notEqual(buildId, buildFirmwareImage(nrf51822, code.slice(1), { version: '1.3.0' }).buildId);
  });

  it('signs images by RSA, and for one flawed build over the header alone, so that any code passes behind it', () => {
    const key = mcubootKey(rsaTestKeys.signing.pem);
    const entries = (hashed: Hashed, filler: number) => {
      const other = Uint8Array.from(code, (byte) => byte ^ filler);
      const image = parseMcubootImage(
        buildFirmwareImage(nrf51822, other, { version: '1.3.0' }, hashed).bytes,
      );
      assert.ok(!isDefect(image));
      const [hash, signature] = [TLV.sha256, TLV.rsa2048Pss].map((type) => findTlv(image, type));
      assert.ok(hash && signature && key.verify(hash, signature));
      return Buffer.from(hash).toString('hex');
    };
    assert.equal(entries('header', 0), entries('header', 0xff));
    assert.notEqual(entries('image', 0), entries('image', 0xff));
    assert.match(keySource(), /^pub const modulus = \[_\]u8\{ (\d+, ){255}\d+ \};\n$/);
  });

  it('says when an image that is to be installed is larger than the slot has room for', () => {
    const build = (payloadSize: number) =>
      buildFirmwareImage(nrf51822, code, { version: '1.3.0', payloadSize });
    demandRoom(nrf51822, build(4096));
    const tooLarge = build(maxImageSize(nrf51822));
    assert.throws(() => demandRoom(nrf51822, tooLarge), { code: 'firmware-image-too-large' });
  });

  it('tells the compiler of one mistake, and of all that there are', () => {
    const ids = firmwareFlaws.map(({ flaw }) => flaw.id);
    assert.ok(ids.length >= 12);
    assert.equal(new Set(ids).size, ids.length);
    const text = configSource(nrf51822, 'smp/echo-overflow');
    assert.match(text, /^pub const flaw = "smp\/echo-overflow";$/m);
    for (const id of ids) assert.ok(text.includes(`"${id}"`), id);
    assert.match(memorySource(nrf51822, 'app'), /ORIGIN = 82496, LENGTH = 13760/);
  });

  it('names the remedy where the compiler is missing', async () => {
    await assert.rejects(findToolchain({ ASSAY_ZIG: '/nonexistent/zig', PATH: '/nonexistent' }), {
      name: 'BenchError',
      code: 'firmware-toolchain',
      expected: 'Zig 0.15.2',
    });
  });

  it('takes what an ELF file loads, in one piece, and refuses what is none', () => {
    const file = elf([
      { type: 1, at: 0x100, bytes: Uint8Array.of(1, 2) },
      { type: 0x70000001, at: 0, bytes: Uint8Array.of(9) },
      { type: 1, at: 0x104, bytes: Uint8Array.of(3) },
    ]);
    assert.deepEqual([...elfBytes(file)], [1, 2, 0xff, 0xff, 3]);
    for (const broken of [new Uint8Array(), file.slice(0, 0x40), file.slice(0, -1), new Uint8Array(0x100)]) {
      assert.throws(() => elfBytes(broken), { name: 'PeerError', code: 'firmware-elf' });
    }
  });
});

interface Segment {
  readonly type: number;
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** A 32-bit little-endian ELF file with nothing but program headers. */
function elf(segments: readonly Segment[]): Uint8Array {
  const [first, size] = [0x34, 0x20];
  const head = Buffer.alloc(first + segments.length * size);
  head.write('\x7fELF', 'latin1');
  head.writeUInt32LE(first, 0x1c);
  head.writeUInt16LE(size, 0x2a);
  head.writeUInt16LE(segments.length, 0x2c);
  let offset = head.length;
  for (const [index, { type, at, bytes }] of segments.entries()) {
    const place = first + index * size;
    for (const [field, value] of [type, offset, at, at, bytes.length].entries()) {
      head.writeUInt32LE(value, place + 4 * field);
    }
    offset += bytes.length;
  }
  return Uint8Array.from(Buffer.concat([head, ...segments.map(({ bytes }) => bytes)]));
}
