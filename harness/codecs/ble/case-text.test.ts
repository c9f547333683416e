import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BleStep } from '#codecs/ble/attack-case.ts';
import { encodeBleCase, parseBleCase, type BleCaseContent } from '#codecs/ble/case-text.ts';

const address = fc.uint8Array({ minLength: 6, maxLength: 6 });
const bytes = fc.uint8Array({ maxLength: 40 });
const cid = fc.integer({ min: 0, max: 0xffff });

/** Plain objects, as parsed JSON has them. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { noNullPrototype: true });

/** A step of every kind. */
const STEP: fc.Arbitrary<BleStep> = fc.oneof(
  record({ do: fc.constant('frame' as const), cid, bytes }),
  record({ do: fc.constant('frame' as const), cid, bytes, cuts: fc.array(cid, { maxLength: 4 }) }),
  record({
    do: fc.constant('pieces' as const),
    pieces: fc.array(record({ isStart: fc.boolean(), data: bytes }), { maxLength: 4 }),
  }),
  record({ do: fc.constant('pair' as const), features: fc.constant({ maxKeySize: 7 }), identity: address }),
  fc.constantFrom<BleStep>(
    { do: 'pair-until-check' },
    { do: 'pair' },
    { do: 'encrypt', key: 'zero' },
    { do: 'encrypt', key: 'wrong', diversifier: 3 },
    { do: 'reflect', cid: 6, code: 12 },
    { do: 'reconnect', as: 'other' },
    { do: 'open-channel', spsm: 0x80 },
    { do: 'open-channel', spsm: 0x27, enhanced: 5 },
    { do: 'k-frame', bytes: Uint8Array.of(1) },
    { do: 'close-channel' },
    { do: 'advertise', data: Uint8Array.of(2, 1, 6), ms: 500 },
    { do: 'settle' },
    { do: 'wait', ms: 31_000 },
    { do: 'disconnect' },
    { do: 'vanish' },
  ),
);

const CASE: fc.Arbitrary<BleCaseContent> = fc.record(
  {
    ownLink: fc.boolean(),
    isStranger: fc.boolean(),
    forbids: fc.constantFrom('encryption' as const, 'lost-bond' as const),
    steps: fc.array(STEP, { maxLength: 6 }),
  },
  { requiredKeys: ['ownLink', 'steps'], noNullPrototype: true },
);

const textOf = (value: unknown) => Uint8Array.from(Buffer.from(JSON.stringify(value)));

describe('an LE case as bytes', () => {
  it('comes back as it was', () => {
    fc.assert(fc.property(CASE, (given) => assert.deepEqual(parseBleCase(encodeBleCase(given)), given)));
  });

  it('is the same text whatever the order of members', () => {
    const steps = [{ do: 'frame', cid: 4, bytes: Uint8Array.of(0x0a, 3, 0) }] as const;
    assert.equal(
      Buffer.from(encodeBleCase({ steps, ownLink: true, forbids: 'value' })).toString(),
      '{"forbids":"value","ownLink":true,"steps":[{"bytes":"0a0300","cid":4,"do":"frame"}]}',
    );
  });

  it('is refused where it is none', () => {
    const wait = (ms: unknown) => ({ ownLink: true, steps: [{ do: 'wait', ms }] });
    const wrong: readonly unknown[] = [
      null,
      [],
      'x',
      {},
      { ownLink: 1, steps: [] },
      { ownLink: true, steps: {} },
      { ownLink: true, steps: [null] },
      { ownLink: true, steps: [{ do: 'toString' }] },
      { ownLink: true, steps: [{ do: 'frame', cid: 65_536, bytes: '' }] },
      { ownLink: true, steps: [{ do: 'frame', cid: 4, bytes: '0' }] },
      { ownLink: true, steps: [{ do: 'frame', cid: 4, bytes: 'AA' }] },
      { ownLink: true, steps: [{ do: 'encrypt', key: 'mine' }] },
      { ownLink: true, steps: [], forbids: 'smoking' },
      { ownLink: true, steps: Array.from({ length: 5000 }, () => ({ do: 'settle' })) },
      wait(-1),
      wait(1.5),
      wait(1e9),
      wait('1'),
    ];
    for (const value of wrong) assert.equal(parseBleCase(textOf(value)), null, JSON.stringify(value));
    assert.notEqual(parseBleCase(textOf(wait(1))), null);
  });

  it('any bytes are read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (given) => assert.equal(parseBleCase(given), null)),
    );
  });
});
