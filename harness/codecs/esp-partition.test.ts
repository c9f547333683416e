import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAssayError } from '#core/errors.ts';
import { realFile, REAL_BUILDS } from '#codecs/esp-firmware.fixture.ts';
import {
  encodePartitionTable,
  escapeLabel,
  parsePartitionTable,
  PARTITION_TABLE_LENGTH,
  type PartitionRow,
} from '#codecs/esp-partition.ts';

const ROWS: readonly PartitionRow[] = [
  { type: 1, subtype: 2, offset: 0x9000, size: 0x4000, label: 'nvs', flags: 0 },
  { type: 1, subtype: 0, offset: 0xd000, size: 0x2000, label: 'otadata', flags: 0 },
  { type: 0, subtype: 0x10, offset: 0x110000, size: 0x100000, label: 'sixteen-long-lbl', flags: 1 },
];

const PLAIN = { noNullPrototype: true };

function edited(edit: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = encodePartitionTable({ rows: ROWS, md5: true });
  edit(bytes);
  return bytes;
}

describe('partition tables', () => {
  for (const build of REAL_BUILDS) {
    it(`reads the table of ${build}, MD5 row and all, and writes the same bytes`, function () {
      const bytes = realFile(this, build, 'partition-table.bin');
      const table = parsePartitionTable(bytes);
      assert.deepEqual(
        table.rows.map(({ label, offset }) => [label, offset]),
        [
          ['nvs', 0x9000],
          ['phy_init', 0xf000],
          ['factory', 0x10000],
        ],
      );
      assert.ok(table.md5);
      assert.deepEqual(encodePartitionTable(table, bytes.length), bytes);
    });
  }

  it('accepts a table without MD5 row, as old builds have it', () => {
    const table = { rows: ROWS, md5: false };
    assert.deepEqual(parsePartitionTable(encodePartitionTable(table)), table);
  });

  const broken: readonly { readonly what: string; readonly says: RegExp; readonly bytes: Uint8Array }[] = [
    { what: 'a changed row', says: /Incorrect MD5 checksum/, bytes: edited((bytes) => bytes.fill(9, 4, 5)) },
    {
      what: 'a wrong magic number',
      says: /partition 1 invalid magic number 0x0/,
      bytes: edited((bytes) => bytes.fill(0, 32, 34)),
    },
    {
      what: 'a second MD5 row',
      says: /Only one MD5 checksum is allowed/,
      bytes: edited((bytes) => bytes.copyWithin(128, 96, 128)),
    },
    {
      what: 'a row behind the MD5 row',
      says: /partition 4 follows the MD5 row/,
      bytes: edited((bytes) => bytes.copyWithin(128, 0, 32)),
    },
    {
      what: 'no end',
      says: /no terminating entry/,
      bytes: encodePartitionTable({ rows: ROWS, md5: true }).subarray(0, 128),
    },
    {
      what: 'an erased row before its end',
      says: /invalid magic number 0xffff/,
      bytes: edited((bytes) => bytes.fill(0xff, 0, 2)),
    },
    { what: 'nothing', says: /no terminating entry/, bytes: new Uint8Array() },
  ];
  it('takes an erased sector for a table without rows, as the boot loader does', () => {
    const erased = new Uint8Array(PARTITION_TABLE_LENGTH).fill(0xff);
    assert.deepEqual(parsePartitionTable(erased), { rows: [], md5: false });
  });

  for (const { what, says, bytes } of broken) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parsePartitionTable(bytes), { name: 'PeerError', message: says });
    });
  }

  it('refuses a row outside the flash', () => {
    const bytes = encodePartitionTable({ rows: ROWS, md5: true });
    assert.throws(() => parsePartitionTable(bytes, 0x200000), {
      message: /exceeds flash chip size 0x200000/,
    });
    assert.equal(parsePartitionTable(bytes, 0x210000).rows.length, 3);
  });

  it('holds 95 rows and no more', () => {
    const row = ROWS[0];
    assert.ok(row);
    const rows = (count: number) => Array.from({ length: count }, () => row);
    const full = encodePartitionTable({ rows: rows(94), md5: true });
    assert.equal(full.length, PARTITION_TABLE_LENGTH);
    assert.equal(parsePartitionTable(full).rows.length, 94);
    assert.throws(() => encodePartitionTable({ rows: rows(95), md5: true }), { name: 'PeerError' });
  });

  it('shows a label so that it cannot play with a console', () => {
    assert.equal(escapeLabel('ota_0'), 'ota_0');
    assert.equal(escapeLabel('a\\b\u001b[2Jé'), 'a\\\\b\\x1b[2J\\xe9');
  });

  it('reads back what it writes, and never fails but with its own error', () => {
    const row = fc.record(
      {
        type: fc.nat(255),
        subtype: fc.nat(255),
        offset: fc.nat(0xffffff),
        size: fc.nat(0xffffff),
        label: fc
          .array(fc.integer({ min: 1, max: 255 }), { maxLength: 16 })
          .map((bytes) => Buffer.from(bytes).toString('latin1')),
        flags: fc.nat(0xffffffff),
      },
      PLAIN,
    );
    const table = fc.record(
      { rows: fc.array(row, { minLength: 1, maxLength: 20 }), md5: fc.boolean() },
      PLAIN,
    );
    fc.assert(
      fc.property(table, fc.nat(700), fc.nat(255), (value, at, byte) => {
        const bytes = encodePartitionTable(value);
        assert.deepEqual(parsePartitionTable(bytes), value);
        bytes[at] = byte;
        try {
          parsePartitionTable(bytes);
        } catch (error) {
          assert.ok(isAssayError(error));
        }
      }),
    );
  });

  it('keeps what nothing reads, so that a table encodes back to its bytes', () => {
    const rows = [{ type: 1, subtype: 2, offset: 0x9000, size: 0x4000, label: 'nvs', flags: 0 }];
    const bytes = encodePartitionTable({ rows, md5: true });
    bytes.fill(0x5a, 34, 48);
    bytes.fill(0x11, 100, 120);
    const table = parsePartitionTable(bytes);
    assert.equal(table.md5Filler?.length, 14);
    assert.deepEqual(encodePartitionTable(table), bytes);
  });
});
