import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAssayError } from '#core/errors.ts';
import { parseFlasherArgs } from '#codecs/esp-flasher-args.ts';
import { parseEspFlash } from '#codecs/esp-flash-dump.ts';
import { realFile, REAL_BUILDS } from '#codecs/esp-firmware.fixture.ts';
import { encodeOtaEntry, OTA_STATE, otaEntry } from '#codecs/esp-otadata.ts';
import { encodePartitionTable, type PartitionRow } from '#codecs/esp-partition.ts';
import { verifyEspImage } from '#codecs/esp-verify.ts';
import { golden } from '../../boards/esp32-devkitc/golden.ts';

const ROWS: readonly PartitionRow[] = [
  row(1, 2, 0x9000, 0x4000, 'nvs'),
  row(1, 0, 0xd000, 0x2000, 'otadata'),
  row(0, 0, 0x10000, 0x40000, 'factory'),
  row(0, 0x10, 0x50000, 0x40000, 'ota_0'),
  row(0, 0x11, 0x90000, 0x40000, 'ota_1'),
];
const SIZE = 0xd0000;

function row(type: number, subtype: number, offset: number, size: number, label: string): PartitionRow {
  return { type, subtype, offset, size, label, flags: 0 };
}

function dumpOf(parts: Readonly<Record<number, Uint8Array>>, size = SIZE): Uint8Array {
  const dump = new Uint8Array(size).fill(0xff);
  for (const [at, bytes] of Object.entries(parts)) dump.set(bytes, Number(at));
  return dump;
}

const TABLE = encodePartitionTable({ rows: ROWS, md5: true });

describe('ESP32 flash dumps', () => {
  for (const build of REAL_BUILDS) {
    it(`takes the flash of ${build} apart, as flasher_args.json puts it together`, function () {
      const layout = parseFlasherArgs(realFile(this, build, 'flasher_args.json'));
      const parts = layout.files.map(({ offset, file }) => [
        offset,
        realFile(this, build, file.split('/').at(-1) ?? ''),
      ]);
      const flash = parseEspFlash(dumpOf(Object.fromEntries(parts) as Record<number, Uint8Array>, 0x200000));
      assert.equal(flash.bootloader?.chip.name, layout.chip);
      assert.ok(verifyEspImage(flash.bootloader.bytes).ok);
      const factory = flash.partitions.find(({ row: { label } }) => label === 'factory');
      assert.ok(factory !== undefined && verifyEspImage(factory.bytes).ok);
      assert.equal(flash.otadata, null);
    });
  }

  it('follows otadata to the slot, sector by sector', () => {
    const first = encodeOtaEntry(otaEntry(1, OTA_STATE.valid));
    const second = encodeOtaEntry(otaEntry(2, OTA_STATE.pendingVerify));
    const aborted = encodeOtaEntry(otaEntry(2, OTA_STATE.aborted));
    const cases = [
      { otadata: [first, second], active: 1, slot: 1 },
      { otadata: [first, aborted], active: 0, slot: 0 },
      { otadata: [new Uint8Array(), new Uint8Array()], active: null, slot: null },
    ] as const;
    for (const { otadata, active, slot } of cases) {
      const parts = { 0x8000: TABLE, 0xd000: otadata[0], 0xe000: otadata[1], 0x50000: golden.bytes };
      const flash = parseEspFlash(dumpOf(parts));
      assert.deepEqual([flash.otadata?.active, flash.otadata?.slot], [active, slot]);
      assert.deepEqual(flash.table, { rows: ROWS, md5: true });
      assert.ok(verifyEspImage(flash.partitions[3]?.bytes ?? new Uint8Array()).ok);
    }
  });

  it('finds the table where a larger boot loader pushes it, or where it is told to look', () => {
    const table = encodePartitionTable({ rows: ROWS.slice(2), md5: true });
    assert.equal(parseEspFlash(dumpOf({ 0xf000: table })).tableOffset, 0xf000);
    assert.equal(parseEspFlash(dumpOf({ 0x8000: table, 0xb000: table }), 0xb000).tableOffset, 0xb000);
  });

  it('takes an image for a boot loader only where its chip looks for one', () => {
    const at = (offset: number) =>
      parseEspFlash(dumpOf({ [offset]: golden.bytes.slice(0, 4096), 0x8000: TABLE })).bootloader;
    assert.equal(at(0x1000)?.offset, 0x1000);
    assert.equal(at(0), null);
    assert.equal(at(0x2000), null);
  });

  it('says where it looked', () => {
    const none = { name: 'PeerError', code: 'esp-flash-no-table' };
    assert.throws(() => parseEspFlash(new Uint8Array(0x20000)), none);
    assert.throws(() => parseEspFlash(dumpOf({ 0x8000: TABLE }), 0x9000), none, 'an erased sector');
    const elsewhere = { name: 'PeerError', code: 'esp-partition-table-malformed' };
    assert.throws(
      () => parseEspFlash(dumpOf({ 0x8000: TABLE, 0x9000: Uint8Array.of(1) }), 0x9000),
      elsewhere,
    );
  });

  it('answers any table and any otadata, with views that stay in the dump', () => {
    const start = dumpOf({ 0x8000: TABLE }, 0x11000);
    const edit = fc.tuple(fc.integer({ min: 0x8000, max: 0x8100 }), fc.nat(255));
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const unhashed = encodePartitionTable({ rows: ROWS, md5: false });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), bytes, fc.boolean(), (edits, entry, hashed) => {
        const dump = start.slice();
        if (!hashed) dump.set(unhashed, 0x8000);
        for (const [at, value] of edits) dump[at] = value;
        dump.set(entry, 0xd000);
        try {
          for (const part of parseEspFlash(dump).partitions) assert.equal(part.bytes.buffer, dump.buffer);
        } catch (error) {
          assert.ok(isAssayError(error) && error.name === 'PeerError', String(error));
        }
      }),
    );
  });
});
