import assert from 'node:assert/strict';
import { calm, Enough } from '#contracts/rigs.ts';
import { encodeSmp, encodeSmpHeader, type SmpMessage } from '#codecs/smp.ts';
import { consoleBench } from '#drivers/channel/console.fixture.ts';

const echo = { op: 2, group: 0, command: 0 };
const answerTo = (request: SmpMessage, text: string, changes: Partial<SmpMessage> = {}) =>
  encodeSmp({ ...request, op: request.op + 1, ...changes }, [['r', text]]);

describe('drivers/channel/smp-client', () => {
  it('asks in version 2 with a new sequence number each time, which wraps', async () => {
    const bench = consoleBench((request) => [answerTo(request, 'yes')]);
    for (let round = 0; round < 258; round++) {
      assert.equal((await bench.client.ask(echo, [], calm())).map.get('r'), 'yes');
    }
    assert.deepEqual(
      bench.asked.slice(-3).map(({ sequence, version }) => [sequence, version]),
      [
        [255, 1],
        [0, 1],
        [1, 1],
      ],
    );
    await bench.hub.close();
  });

  it('passes over answers that belong to something else', async () => {
    const bench = consoleBench((request) => [
      answerTo(request, 'late', { sequence: (request.sequence + 255) & 0xff }),
      answerTo(request, 'other group', { group: 9 }),
      answerTo(request, 'other command', { command: 9 }),
      answerTo(request, 'a read', { op: 1 }),
      answerTo(request, 'a request', { op: 2 }),
      answerTo(request, 'mine'),
    ]);
    assert.equal((await bench.client.ask(echo, [], calm())).map.get('r'), 'mine');
    await bench.hub.close();
  });

  it('finds its answer among console text', async () => {
    const bench = consoleBench((request) => {
      bench.uart.print(['I: log line']);
      return [answerTo(request, 'found')];
    });
    assert.equal((await bench.client.ask(echo, [], calm())).map.get('r'), 'found');
    await bench.hub.close();
  });

  it('blames the board for silence, after the deadline on the rig clock', async () => {
    const bench = consoleBench();
    await assert.rejects(bench.client.ask(echo, [], calm()), { name: 'PeerError', code: 'no-answer' });
    assert.equal(bench.clock.now(), 2500);
    await bench.hub.close();
  });

  it('blames the board for an answer that cannot be read', async () => {
    const bench = consoleBench((request) => [
      Buffer.concat([
        encodeSmpHeader({ ...request, op: 3, flags: 0, length: 2 }),
        Uint8Array.from([0xbf, 0x61]),
      ]),
    ]);
    await assert.rejects(bench.client.ask(echo, [], calm()), { name: 'PeerError', code: 'bad-answer' });
    await bench.hub.close();
  });

  it('ends with the reason of its signal, or with the channel', async () => {
    const bench = consoleBench();
    const stop = new AbortController();
    bench.clock.setTimeout(() => stop.abort(new Enough()), 50);
    await assert.rejects(bench.client.ask(echo, [], { signal: stop.signal }), Enough);
    const waiting = bench.client.ask(echo, [], calm());
    await bench.hub.close();
    await assert.rejects(waiting, { code: 'channel-closed' });
    await assert.rejects(bench.client.ask(echo, [], calm()), { code: 'channel-closed' });
  });
});
