import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  activeEntry,
  decodeOtaEntry,
  encodeOtaEntry,
  nextEntry,
  OTA_STATE,
  otaCrc,
  otaEntry,
  otaSelectable,
  otaSlot,
  type OtaEntries,
  type OtaEntry,
} from '#codecs/esp-otadata.ts';

const BLANK = decodeOtaEntry(new Uint8Array(32).fill(0xff));
const { valid, undefined: undef, new: fresh, pendingVerify, invalid, aborted } = OTA_STATE;

/** An entry whose CRC does not fit. */
function torn(seq: number, state: number): OtaEntry {
  return { ...otaEntry(seq, state), crc: 0xffffffff };
}

describe('otadata', () => {
  it('gives the published CRC values', () => {
    const crcs = [1, 2, 3, 4, 5, 6].map(otaCrc);
    assert.deepEqual(crcs, [0x4743989a, 0x55f63774, 0xed4a5011, 0x709d68a8, 0xc8210fcd, 0xda94a023]);
  });

  it("knows the first sector of Arduino's boot_app0.bin, and the trap of its second", () => {
    const first = Buffer.from(`01000000${'ff'.repeat(24)}9a984347`, 'hex');
    assert.deepEqual(decodeOtaEntry(first), otaEntry(1, undef));
    const second = decodeOtaEntry(Buffer.from(`00000000${'ff'.repeat(28)}`, 'hex'));
    assert.ok(otaSelectable(second), 'sequence 0 has the CRC of erased flash, so this counts');
    assert.equal(otaSlot(second.seq, 2), 1);
  });

  const selections: readonly {
    readonly why: string;
    readonly entries: OtaEntries;
    readonly active: 0 | 1 | null;
  }[] = [
    { why: 'both blank', entries: [BLANK, BLANK], active: null },
    { why: 'only the first written', entries: [otaEntry(1, valid), BLANK], active: 0 },
    { why: 'only the second written', entries: [BLANK, otaEntry(1, valid)], active: 1 },
    { why: 'the larger sequence number', entries: [otaEntry(3, valid), otaEntry(2, valid)], active: 0 },
    { why: 'the larger sequence number again', entries: [otaEntry(3, valid), otaEntry(4, fresh)], active: 1 },
    { why: 'a tie', entries: [otaEntry(2, valid), otaEntry(2, valid)], active: 0 },
    { why: 'the larger one aborted', entries: [otaEntry(1, valid), otaEntry(2, aborted)], active: 0 },
    { why: 'the larger one invalid', entries: [otaEntry(1, valid), otaEntry(2, invalid)], active: 0 },
    { why: 'the larger one torn', entries: [otaEntry(1, valid), torn(2, valid)], active: 0 },
    { why: 'both given up', entries: [otaEntry(1, invalid), otaEntry(2, aborted)], active: null },
    { why: 'an unknown state', entries: [otaEntry(1, valid), otaEntry(2, 0xffffff00)], active: 1 },
    { why: 'one on trial', entries: [otaEntry(1, valid), otaEntry(2, pendingVerify)], active: 1 },
    { why: 'numbers beyond 2^31', entries: [otaEntry(0x80000000, valid), otaEntry(1, valid)], active: 0 },
  ];
  for (const { why, entries, active } of selections) {
    it(`selects with ${why}`, () => {
      assert.equal(activeEntry(entries), active);
    });
  }

  const writes: readonly {
    readonly why: string;
    readonly entries: OtaEntries;
    readonly slot: number;
    readonly index: 0 | 1;
    readonly seq: number;
  }[] = [
    { why: 'nothing is selected', entries: [BLANK, BLANK], slot: 1, index: 0, seq: 2 },
    { why: 'the other slot is active', entries: [otaEntry(1, valid), BLANK], slot: 1, index: 1, seq: 2 },
    {
      why: 'numbers went on',
      entries: [otaEntry(7, valid), otaEntry(8, valid)],
      slot: 0,
      index: 0,
      seq: 9,
    },
    {
      why: 'the wanted slot is active already',
      entries: [otaEntry(1, valid), otaEntry(2, valid)],
      slot: 1,
      index: 1,
      seq: 2,
    },
    {
      why: 'the larger number was aborted',
      entries: [otaEntry(1, valid), otaEntry(2, aborted)],
      slot: 1,
      index: 1,
      seq: 2,
    },
  ];
  for (const { why, entries, slot, index, seq } of writes) {
    it(`writes entry ${index} with sequence ${seq} where ${why}`, () => {
      const next = nextEntry(entries, slot, 2, fresh);
      assert.equal(next.index, index);
      assert.deepEqual(next.entry, otaEntry(seq, fresh));
    });
  }

  it('always writes an entry that selects the wanted slot', () => {
    const entry = fc.record({ seq: fc.nat(0xfffffff0), state: fc.constantFrom(0, 1, 2, 3, 4, 0xffffffff) });
    const pair = fc.tuple(entry, entry);
    fc.assert(
      fc.property(pair, fc.integer({ min: 1, max: 16 }), fc.nat(15), ([a, b], slots, wanted) => {
        const entries: OtaEntries = [otaEntry(a.seq, a.state), otaEntry(b.seq, b.state)];
        const slot = wanted % slots;
        const { index, entry: next } = nextEntry(entries, slot, slots, fresh);
        const after: OtaEntries = index === 0 ? [next, entries[1]] : [entries[0], next];
        assert.equal(activeEntry(after), index);
        assert.equal(otaSlot(next.seq, slots), slot);
      }),
    );
  });

  it('keeps every byte of an entry', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        assert.deepEqual(encodeOtaEntry(decodeOtaEntry(bytes)), bytes);
      }),
    );
    assert.deepEqual(decodeOtaEntry(new Uint8Array()), BLANK);
  });
});
