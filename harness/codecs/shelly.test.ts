import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAssayError } from '#core/errors.ts';
import { type Fields, jsonObject } from '#codecs/json-fields.ts';
import { shellyGeneration, shellySet, shellyState, shellyStatus } from '#codecs/shelly.ts';

const fields = (text: string): Fields => jsonObject(new TextEncoder().encode(text));

describe('codecs/shelly', () => {
  it('knows the generations by what they say of themselves', () => {
    assert.equal(
      shellyGeneration(fields('{"type":"SHPLG-S","mac":"B4E62D000000","auth":false,"fw":"20230913"}')),
      'gen1',
    );
    assert.equal(
      shellyGeneration(fields('{"id":"shellyplusplugs-a","gen":2,"model":"SNPL-00112EU"}')),
      'rpc',
    );
    assert.equal(shellyGeneration(fields('{"id":"shellyplugsg3-a","gen":3}')), 'rpc');
    assert.throws(() => shellyGeneration(fields('{"router":true}')), {
      name: 'BenchError',
      code: 'shelly-answer',
    });
  });

  it('speaks by the documented paths', () => {
    assert.equal(shellySet('gen1', 0, true), '/relay/0?turn=on');
    assert.equal(shellySet('rpc', 1, false), '/rpc/Switch.Set?id=1&on=false');
    assert.deepEqual(
      [shellyStatus('gen1', 0), shellyStatus('rpc', 0)],
      ['/status', '/rpc/Switch.GetStatus?id=0'],
    );
  });

  it('reads the state of a channel, with its meter where there is one', () => {
    const gen1 = fields('{"relays":[{"ison":false},{"ison":true}],"meters":[{"power":0},{"power":4.2}]}');
    assert.deepEqual(shellyState('gen1', 1, gen1), { on: true, watts: 4.2 });
    const gen2 = fields('{"id":0,"source":"HTTP_in","output":false,"apower":0.0,"voltage":231.8}');
    assert.deepEqual(shellyState('rpc', 0, gen2), { on: false, watts: 0 });
    assert.deepEqual(shellyState('rpc', 0, fields('{"output":true}')), { on: true, watts: null });
    assert.throws(() => shellyState('gen1', 2, gen1), { code: 'shelly-answer', expected: /relays\[2\]/ });
  });

  it('throws nothing but a BenchError, whatever comes', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('gen1' as const, 'rpc' as const), (text, generation) => {
        try {
          shellyState(generation, 0, fields(text));
        } catch (error) {
          assert.ok(isAssayError(error));
        }
      }),
    );
  });
});
