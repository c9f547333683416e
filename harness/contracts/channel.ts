import assert from 'node:assert/strict';
import type { Channel } from '#core/capabilities.ts';
import { calm, Enough, prepared, type RigOpener } from '#contracts/rigs.ts';

/** What every implementation of `channel` must do. */
export function describeChannel(name: string, open: RigOpener): void {
  describe(`${name}: channel`, () => {
    it('carries what the board prints at a boot', async () => {
      await using rig = await prepared(open, 'channel', 'power');
      const { buildId } = rig.board.firmware.golden;
      await rig.power.reset(calm());
      assert.ok((await readUntil(rig.channel, buildId)).includes(buildId));
    });

    it('ends its input when it is closed, however often', async () => {
      await using rig = await prepared(open, 'channel');
      const reading = drain(rig.channel);
      await rig.channel.close();
      await rig.channel.close();
      await reading;
    });

    it('has a name for errors and reports, and takes bytes', async () => {
      await using rig = await prepared(open, 'channel');
      assert.notEqual(rig.channel.name, '');
      await rig.channel.write(new Uint8Array([0x0d, 0x0a]), calm());
    });

    it('ends a write with the reason of its signal', async () => {
      await using rig = await prepared(open, 'channel');
      const write = rig.channel.write(new Uint8Array([1]), { signal: AbortSignal.abort(new Enough()) });
      await assert.rejects(write, Enough);
    });

    it('ends its input when the rig is disposed', async () => {
      const rig = await prepared(open, 'channel');
      const reading = drain(rig.channel);
      await rig[Symbol.asyncDispose]();
      await reading;
    });
  });
}

async function readUntil(channel: Channel, wanted: string): Promise<string> {
  let text = '';
  for await (const chunk of channel.incoming) {
    text += Buffer.from(chunk).toString('latin1');
    if (text.includes(wanted)) break;
  }
  return text;
}

async function drain(channel: Channel): Promise<void> {
  for await (const chunk of channel.incoming) assert.ok(chunk.length > 0);
}
