import assert from 'node:assert/strict';
import { kmtronicRelay, lcusRelay, numatoRelay } from '#codecs/serial-relay.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('codecs/serial-relay', () => {
  it('LCUS: the frames of its data sheet, and the sum over its low byte', () => {
    assert.deepEqual([hex(lcusRelay().set(true)), hex(lcusRelay().set(false))], ['a00101a2', 'a00100a1']);
    assert.equal(hex(lcusRelay(4).set(true)), 'a00401a5');
    assert.throws(() => lcusRelay(0), RangeError);
    assert.throws(() => lcusRelay(1.5), RangeError);
  });

  it('KMTronic: three bytes', () => {
    assert.deepEqual(
      [hex(kmtronicRelay(2).set(true)), hex(kmtronicRelay(2).set(false))],
      ['ff0201', 'ff0200'],
    );
    assert.throws(() => kmtronicRelay(9), RangeError);
  });

  it('Numato: commands in words, and the state out of an echoed answer', () => {
    const relay = numatoRelay(0);
    assert.equal(Buffer.from(relay.set(true)).toString(), 'relay on 0\r');
    assert.equal(Buffer.from(numatoRelay(10).query ?? []).toString(), 'relay read A\r');
    const state = (text: string) => relay.closedIn?.(Buffer.from(text));
    assert.equal(state('relay read 0\r\non\r\n>'), true);
    assert.equal(state('relay read 0\n\roff\n\r>'), false);
    assert.equal(state('relay read 0\r\noff\r\n'), null);
    assert.equal(state('relay read 0\r\noff\r\n>'), false);
    assert.equal(state('relay read 0\r\no'), null);
    assert.throws(() => numatoRelay(32), RangeError);
  });
});
