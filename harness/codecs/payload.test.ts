import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { UsageError } from '#core/errors.ts';
import { buildPayload, decodePayload, encodePayload, PAYLOAD_LENGTH, type Payload } from '#codecs/payload.ts';

const anyPayload: fc.Arbitrary<Payload> = fc.record(
  {
    behaviour: fc.constantFrom('healthy', 'never-confirms', 'crashes', 'hangs'),
    buildId: fc.stringMatching(/^[0-9a-f]{16}$/),
    product: fc.stringMatching(/^[\x20-\x7e]{1,31}$/),
  },
  { noNullPrototype: true },
);

describe('test payload manifest', () => {
  it('has the documented layout', () => {
    const bytes = encodePayload({ behaviour: 'hangs', buildId: '0123456789abcdef', product: 'blinky' });
    const product = Buffer.from('blinky').toString('hex').padEnd(64, '0');
    const expected = `415353415946573104000000000000000123456789abcdef${product}0000000000000000`;
    assert.equal(Buffer.from(bytes).toString('hex'), expected);
  });

  it('reads back what was written', () => {
    fc.assert(
      fc.property(anyPayload, (payload) => assert.deepEqual(decodePayload(encodePayload(payload)), payload)),
    );
  });

  it('takes any byte outside build id and product for damage', () => {
    const bytes = encodePayload({ behaviour: 'healthy', buildId: '0123456789abcdef', product: 'x' });
    for (const at of [0, 7, 8, 9, 15, 55, 56, 63]) {
      const damaged = bytes.slice();
      damaged[at] = 0xff;
      assert.equal(decodePayload(damaged), null, `byte ${at}`);
    }
  });

  it('never throws on hostile bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => assert.equal(decodePayload(bytes), null)),
    );
  });

  it('fills to the wanted size, one stream per seed', () => {
    const payload: Payload = { behaviour: 'healthy', buildId: '0123456789abcdef', product: 'x' };
    const first = buildPayload(payload, 1001, 1);
    assert.equal(first.length, 1001);
    assert.deepEqual(decodePayload(first), payload);
    assert.deepEqual(first, buildPayload(payload, 1001, 1));
    assert.notDeepEqual(first, buildPayload(payload, 1001, 2));
  });

  it('refuses what does not fit', () => {
    const good: Payload = { behaviour: 'healthy', buildId: '0123456789abcdef', product: 'x' };
    assert.throws(() => encodePayload({ ...good, buildId: 'zz' }), UsageError);
    assert.throws(() => encodePayload({ ...good, product: 'x'.repeat(32) }), UsageError);
    assert.throws(() => buildPayload(good, PAYLOAD_LENGTH - 1, 0), UsageError);
  });
});
