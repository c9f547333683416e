import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { calm, prepared } from '#contracts/rigs.ts';
import { virtualEsp32Devkitc } from './virtual.ts';

const open = () => virtualEsp32Devkitc().open(calm());

/** What keeps a process alive, sorted; closed sockets need a few turns to go. */
async function alive(): Promise<string[]> {
  for (let i = 0; i < 20; i++) await turn();
  return process
    .getActiveResourcesInfo()
    .filter((kind) => /TCP|Pipe|Timeout/.test(kind))
    .sort();
}

describe('disposal of the virtual ESP32-DevKitC', () => {
  it('leaves no socket, server or timer behind, however often it is opened', async () => {
    await (await open())[Symbol.asyncDispose]();
    const before = await alive();
    for (let round = 0; round < 3; round++) {
      await using rig = await prepared(open, 'update', 'radio');
      await rig.update.offer(rig.board.firmware.build({ version: '1.3.0' }).bytes, calm());
      await rig.radio.inject('http', Buffer.from('HTTP/1.1 200 OK\r\n'), calm());
    }
    assert.deepEqual(await alive(), before);
  });

  it('ends whatever waits', async () => {
    const rig = await prepared(open, 'update', 'radio', 'identity', 'power', 'channel');
    await rig.power.off(calm());
    await rig.clock.sleep(10);
    const release = rig.clock.hold();
    const waits = [
      rig.identity.read(calm()),
      rig.update.offer(rig.board.firmware.golden.bytes, calm()),
      rig.update.confirm(calm()),
      rig.update.activate(calm()),
      rig.radio.alive('mqtt', calm()),
      rig.radio.alive('http', calm()),
      rig.radio.inject('mqtt', Buffer.from('00', 'hex'), calm()),
      rig.radio.inject('http', Buffer.from('00', 'hex'), calm()),
      rig.power.cut({ kind: 'after', ms: 1_000_000 }, calm()),
    ];
    const ended = Promise.allSettled(waits);
    await turn();
    await rig[Symbol.asyncDispose]();
    for (const end of await ended) {
      assert.equal(end.status, 'rejected', JSON.stringify(end));
      assert.equal((end.reason as { code?: string }).code, 'channel-closed');
    }
    release();
  });

  it('may be disposed twice, and off or in the middle of a boot', async () => {
    const rig = await prepared(open, 'power');
    await rig.power.reset(calm());
    await rig[Symbol.asyncDispose]();
    await rig[Symbol.asyncDispose]();
    const off = await open();
    await off[Symbol.asyncDispose]();
  });

  it('does not open when it is aborted before', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await assert.rejects(virtualEsp32Devkitc().open({ signal }), /stopped/);
  });
});
