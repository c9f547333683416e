import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PeerError } from '#core/errors.ts';
import { segmentSdu, SduReassembler } from '#codecs/ble/l2cap-credit.ts';
import { decodeSignal, encodeSignal } from '#codecs/ble/l2cap-signal.ts';
import { encodeL2cap, L2capReassembler } from '#codecs/ble/l2cap.ts';

const payload = fc.uint8Array({ maxLength: 80 });

describe('L2CAP', () => {
  it('puts a frame together from pieces of any size, its header cut too', () => {
    const check = fc.property(payload, fc.integer({ min: 1, max: 30 }), (bytes, piece) => {
      const frame = encodeL2cap({ cid: 4, payload: bytes });
      const whole = new L2capReassembler();
      const found = [];
      for (let at = 0; at < frame.length; at += piece) {
        found.push(whole.push(at === 0, frame.subarray(at, at + piece)));
      }
      assert.deepEqual(found.pop(), { cid: 4, payload: bytes });
      assert.ok(found.every((early) => early === null));
      assert.equal(whole.pending, 0);
    });
    fc.assert(check, { numRuns: 100 });
  });

  it('names pieces that do not fit, and goes on with the next frame', () => {
    const whole = new L2capReassembler();
    const frame = encodeL2cap({ cid: 4, payload: Uint8Array.of(0x0a, 3, 0) });
    assert.ok(whole.push(false, frame) instanceof PeerError);
    assert.equal(whole.push(true, Uint8Array.of(0x20, 0, 4)), null);
    assert.equal(whole.pending, 3);
    assert.deepEqual(whole.push(true, frame), { cid: 4, payload: Uint8Array.of(0x0a, 3, 0) });
    assert.equal(whole.push(true, frame.subarray(0, 5)), null);
    assert.ok(whole.push(true, frame.subarray(0, 5)) instanceof PeerError);
    assert.ok(whole.push(false, new Uint8Array(9)) instanceof PeerError);
  });

  it('writes lengths that lie', () => {
    const lied = encodeL2cap({ cid: 4, payload: Uint8Array.of(1) }, { length: 0xffff });
    assert.deepEqual([...lied], [0xff, 0xff, 4, 0, 1]);
  });
});

describe('L2CAP signalling', () => {
  it('carries more channels than a request may name', () => {
    const scids = Array.from({ length: 6 }, (_, index) => ({ cid: 0x40 + index }));
    const signal = { type: 'enhancedConnectReq', spsm: 0x27, mtu: 64, mps: 64, credits: 1, scids } as const;
    const bytes = encodeSignal({ id: 1, signal });
    assert.deepEqual([...bytes.subarray(0, 6)], [0x17, 1, 20, 0, 0x27, 0]);
    assert.deepEqual(decodeSignal(bytes), { id: 1, signal });
  });

  it('refuses a length that lies', () => {
    const bytes = encodeSignal({ id: 1, signal: { type: 'credit', cid: 0x40, credits: 1 } }, { length: 5 });
    assert.ok(decodeSignal(bytes) instanceof PeerError);
  });
});

describe('credit-based channels', () => {
  const limits = { mtu: 100, mps: 23 };

  it('put SDUs together from their segments', () => {
    const check = fc.property(fc.array(payload, { maxLength: 4 }), (sdus) => {
      const channel = new SduReassembler(limits);
      const given = sdus.flatMap((sdu) => segmentSdu(sdu, limits.mps).map((frame) => channel.push(frame)));
      assert.deepEqual(
        given.filter((sdu) => sdu !== null),
        sdus,
      );
    });
    fc.assert(check, { numRuns: 50 });
  });

  for (const [what, frames] of [
    ['a first segment of one byte', [Uint8Array.of(4)]],
    ['a segment above the MPS', [new Uint8Array(24)]],
    ['an SDU above the MTU', [Uint8Array.of(101, 0)]],
    ['more than was announced', segmentSdu(new Uint8Array(5), 23, 4)],
  ] as const) {
    it(`refuse ${what}`, () => {
      const channel = new SduReassembler(limits);
      assert.ok(frames.map((frame) => channel.push(frame)).pop() instanceof PeerError);
    });
  }
});
