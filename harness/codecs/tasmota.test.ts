import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAssayError } from '#core/errors.ts';
import { meteredWatts, powerCommand, relayState, tasmotaTopic } from '#codecs/tasmota.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('codecs/tasmota', () => {
  it('makes topics by the default FullTopic, and by one of its owner', () => {
    assert.equal(tasmotaTopic({ topic: 'plug7' }, 'cmnd', 'POWER'), 'cmnd/plug7/POWER');
    const own = { topic: 'plug7', fullTopic: 'lab/%topic%/%prefix%', relay: 2 };
    assert.equal(tasmotaTopic(own, 'stat', 'RESULT'), 'lab/plug7/stat/RESULT');
    assert.deepEqual([powerCommand({ topic: 'x' }), powerCommand(own)], ['POWER', 'POWER2']);
  });

  it('reads the state of the relay that was asked for', () => {
    assert.equal(relayState({ topic: 'x' }, bytes('{"POWER":"OFF"}')), false);
    assert.equal(relayState({ topic: 'x' }, bytes('{"POWER1":"ON"}')), true);
    assert.equal(relayState({ topic: 'x', relay: 2 }, bytes('{"POWER1":"ON"}')), null);
    assert.equal(relayState({ topic: 'x', relay: 2 }, bytes('{"POWER2":"ON"}')), true);
    assert.equal(relayState({ topic: 'x' }, bytes('{"Command":"Unknown"}')), null);
    assert.throws(() => relayState({ topic: 'x' }, bytes('OFF')), {
      name: 'BenchError',
      code: 'json-answer',
    });
  });

  it('reads a plug’s meter, where it has one', () => {
    const metered =
      '{"StatusSNS":{"Time":"2022-01-11T21:57:38","ENERGY":{"Power":5,"Voltage":233,"Current":0.021}}}';
    assert.equal(meteredWatts(bytes(metered)), 5);
    assert.equal(meteredWatts(bytes('{"StatusSNS":{"Time":"2022-01-11T21:57:38"}}')), null);
    assert.equal(meteredWatts(bytes('{"StatusSNS":{"ENERGY":{"Power":"5"}}}')), null);
  });

  it('throws nothing but a BenchError, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        for (const read of [meteredWatts, (payload: Uint8Array) => relayState({ topic: 'x' }, payload)]) {
          try {
            read(bytes(text));
          } catch (error) {
            assert.ok(isAssayError(error));
          }
        }
      }),
    );
  });
});
