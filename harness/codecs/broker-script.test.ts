import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeBrokerScript, parseBrokerScript } from '#codecs/broker-script.ts';

describe('broker scripts', () => {
  it('come back as they were written', () => {
    const script = fc.record(
      {
        instead: fc.constantFrom('connack' as const, 'suback' as const),
        bytes: fc.uint8Array({ maxLength: 300 }),
        end: fc.constantFrom('close' as const, 'reset' as const),
      },
      { requiredKeys: ['instead', 'bytes'] },
    );
    fc.assert(
      fc.property(script, (one) => {
        assert.deepEqual(parseBrokerScript(encodeBrokerScript(one)), { ...one });
      }),
    );
  });

  it('are nothing else: packets, other JSON, odd hex', () => {
    const texts = [
      '',
      '{',
      '{}',
      '{"instead":"connack"}',
      '{"bytes":"2","instead":"connack"}',
      '{"bytes":"20","instead":"puback"}',
      '[1]',
    ];
    texts.push('{"bytes":"20","end":"maybe","instead":"connack"}');
    for (const text of [...texts, '{"bytes":null,"instead":"suback"}']) {
      assert.equal(parseBrokerScript(Buffer.from(text)), null, text);
    }
    assert.equal(parseBrokerScript(Uint8Array.of(0x20, 2, 0, 0)), null);
    fc.assert(fc.property(fc.uint8Array(), (bytes) => parseBrokerScript(bytes) === null));
  });
});
