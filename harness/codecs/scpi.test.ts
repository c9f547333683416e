import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAssayError } from '#core/errors.ts';
import { scpiBoolean, scpiError, scpiLine, scpiMessage, scpiNumber } from '#codecs/scpi.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('codecs/scpi', () => {
  it('ends messages by a line feed, and takes lines with either end', () => {
    assert.deepEqual(scpiMessage('*IDN?'), bytes('*IDN?\n'));
    assert.equal(
      scpiLine(bytes('RIGOL TECHNOLOGIES,DP832,DP8A1,00.01.16\r\nrest')),
      'RIGOL TECHNOLOGIES,DP832,DP8A1,00.01.16',
    );
    assert.equal(scpiLine(bytes('+3.3')), null);
    assert.throws(() => scpiLine(new Uint8Array(2000).fill(0x41)), { name: 'BenchError' });
  });

  it('reads NR1, NR2 and NR3, with a unit or without', () => {
    const vectors = [
      ['3', 3],
      ['+3.300', 3.3],
      ['-1.5E-03', -0.0015],
      ['.5', 0.5],
      ['3.2981E+00', 3.2981],
      ['0.012A', 0.012],
    ] as const;
    for (const [text, value] of vectors) assert.equal(scpiNumber(text), value);
    for (const text of ['', '9.91E37', '+9.9E+37', 'NAN', '1,2', '0x10', 'ON', '--1']) {
      assert.throws(() => scpiNumber(text), { code: 'scpi-answer' }, text);
    }
  });

  it('reads states and the error queue', () => {
    assert.deepEqual(['1', 'on', '0', 'OFF'].map(scpiBoolean), [true, true, false, false]);
    assert.throws(() => scpiBoolean('2'), { code: 'scpi-answer' });
    assert.equal(scpiError('0,"No error"'), null);
    assert.equal(scpiError('+0,"No error"'), null);
    assert.equal(scpiError('-113,"Undefined header"'), '-113,"Undefined header"');
    assert.throws(() => scpiError('hello'), { code: 'scpi-answer' });
  });

  it('reads every number that a supply may print, and blames the supply for everything else', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        // toExponential prints -0 without its sign.
        assert.equal(scpiNumber(value.toExponential().toUpperCase()), value === 0 ? 0 : value);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const read of [scpiNumber, scpiBoolean, scpiError]) {
          try {
            read(text);
          } catch (error) {
            assert.ok(isAssayError(error));
          }
        }
      }),
    );
  });
});
