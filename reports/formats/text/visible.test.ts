import assert from 'node:assert/strict';
import fc from 'fast-check';
import { visible, visibleShort } from './visible.ts';

const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('text made visible', () => {
  it('spells out controls, escapes and bidirectional marks', () => {
    assert.equal(visible('a\u001b[2Jb'), String.raw`a\x1b[2Jb`);
    assert.equal(visible('user\u202egnp.exe'), String.raw`user\u202egnp.exe`);
    assert.equal(visible('x\u2066y\u2069'), String.raw`x\u2066y\u2069`);
    assert.equal(visible('one\r\n\ttwo\u0000'), String.raw`one\r\n\ttwo\x00`);
    assert.equal(visible('\u{e0041}'), String.raw`\u{e0041}`);
    assert.equal(visible('\ud800'), String.raw`\ud800`);
  });

  it('leaves text that only shows as it is', () => {
    const text = 'Grüße, 漢字, 😀, שלום, “quoted” – 50 µs';
    assert.equal(visible(text), text);
  });

  it('lets nothing act, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(visible(text), ACTING);
      }),
    );
  });

  it('cuts long text, counts the rest and splits no character', () => {
    assert.equal(visibleShort('abcdef', 4), 'abcd… (2 more)');
    assert.equal(visibleShort('abc😀def', 4), 'abc… (5 more)');
    assert.equal(visibleShort('abcd', 4), 'abcd');
  });
});
