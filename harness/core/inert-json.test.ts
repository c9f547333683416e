import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inertJson } from '#core/inert-json.ts';

describe('inert JSON', () => {
  it('spells out what a terminal would act on', () => {
    const text = inertJson({ line: '\u001b[2J\u009b31m\u202egnp\u2028\u{e0041}\u007f' });
    assert.equal(text, '{\n  "line": "\\u001b[2J\\u009b31m\\u202egnp\\u2028\\udb40\\udc41\\u007f"\n}');
  });

  it('means the same value, and lets no character act', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = inertJson(value);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
        assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
