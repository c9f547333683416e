import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PeerError, UsageError } from '#core/errors.ts';
import { ATT_PDUS, decodeAtt, encodeAtt } from '#codecs/ble/att.ts';
import { HCI_COMMANDS } from '#codecs/ble/hci-command.ts';
import { HCI_EVENTS, LE_EVENTS } from '#codecs/ble/hci-event.ts';
import type { Layout } from '#codecs/ble/layout.ts';
import { SIGNALS } from '#codecs/ble/l2cap-signal.ts';
import { PAIRING_PDUS } from '#codecs/ble/pairing.ts';
import { PduCodec, type PduTable } from '#codecs/ble/pdu.ts';
import { layoutValues } from '#codecs/ble/layout-arbitrary.fixture.ts';

const TABLES: Readonly<Record<string, PduTable>> = {
  'HCI command': HCI_COMMANDS,
  'HCI event': HCI_EVENTS,
  'LE event': LE_EVENTS,
  signal: SIGNALS,
  ATT: ATT_PDUS,
  pairing: PAIRING_PDUS,
};

/** Bytes that no value can be left out of. */
function shortest(layout: Layout): number {
  return layout.reduce((sum, field) => {
    if (field.kind === 'number' || field.kind === 'size') return sum + field.width;
    return sum + (field.kind === 'bytes' ? field.length : 0);
  }, 0);
}

describe('PDU tables', () => {
  for (const [name, table] of Object.entries(TABLES)) {
    const codec = new PduCodec(name, table);

    it(`${name}: every PDU comes back as it was written`, () => {
      for (const [type, { code, layout }] of Object.entries(table)) {
        const check = fc.property(layoutValues(layout), (values) => {
          const pdu = { type, ...values } as never;
          const body = codec.encode(pdu);
          assert.deepEqual(codec.decode(code, body), pdu);
          assert.deepEqual(codec.encode(codec.decode(code, body) as never), body);
        });
        fc.assert(check, { numRuns: 20 });
      }
    });

    it(`${name}: every PDU that is cut below its fixed fields is refused`, () => {
      for (const { code, layout } of Object.values(table)) {
        for (let length = 0; length < shortest(layout); length++) {
          assert.ok(codec.decode(code, new Uint8Array(length)) instanceof PeerError);
        }
      }
    });

    it(`${name}: no two PDUs share a code, and an unknown one comes back raw`, () => {
      const codes = Object.values(table).map(({ code }) => code);
      assert.equal(new Set(codes).size, codes.length);
      const body = Uint8Array.of(1, 2, 3);
      assert.deepEqual(codec.decode(0xffff, body), { type: 'raw', code: 0xffff, body });
      assert.deepEqual(codec.encode({ type: 'raw', code: 0xffff, body } as never), body);
    });
  }
});

describe('lies', () => {
  it('are written, where the true size would be', () => {
    const values = [{ handle: 3, value: Uint8Array.of(7) }];
    const lied = encodeAtt({ type: 'notifyMultiple', values }, { 'values.0.length': 500 });
    assert.deepEqual([...lied], [0x23, 3, 0, 0xf4, 1, 7]);
    assert.ok(decodeAtt(lied) instanceof PeerError);
  });

  it('may be bytes of another width, and may replace the opcode', () => {
    const lied = encodeAtt({ type: 'readReq', handle: 3 }, { handle: Uint8Array.of(9), opcode: 0x8a });
    assert.deepEqual([...lied], [0x8a, 9]);
  });

  it('are the only way past a field', () => {
    for (const handle of [-1, 0x1_0000, 1.5, Number.NaN]) {
      assert.throws(() => encodeAtt({ type: 'readReq', handle }), UsageError);
    }
  });
});
