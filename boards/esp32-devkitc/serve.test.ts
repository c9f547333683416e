import assert from 'node:assert/strict';
import { calm } from '#contracts/rigs.ts';
import type { SerialLine } from '#drivers/channel/serial-line.ts';
import { tcp } from '#drivers/channel/socket.ts';
import { RealClock } from '#drivers/clock.ts';
import { EspLoader } from '#drivers/probe/esp-loader/loader.ts';
import { virtualEsp32Devkitc } from './virtual.ts';

describe('boards/esp32-devkitc/serve', () => {
  it('waits in its serial loader as if the boot button had been held', async () => {
    const lines: string[] = [];
    const serve = virtualEsp32Devkitc().serve ?? assert.fail('not served');
    const served = await serve({ ...calm(), console: { kind: 'tcp', port: 0 }, download: true });
    try {
      served.onConsole(({ text }) => void lines.push(text));
      const [loader] = served.endpoints;
      assert.match(loader?.hint ?? '', /^esptool --port socket:\/\/127/);
      const clock = new RealClock();
      const port = Number(loader?.where.split(':')[1]);
      const channel = await tcp({ host: '127.0.0.1', port }).open({
        ...calm(),
        clock,
        onLine: () => () => undefined,
      });
      const line: SerialLine = {
        name: channel.name,
        incoming: channel.incoming,
        write: (bytes, options) => channel.write(bytes, options),
        close: () => channel.close(),
        setLines: () => Promise.resolve(false),
        setBaudRate: () => Promise.resolve(),
        purge: () => Promise.resolve(),
      };
      const client = await EspLoader.open(
        line,
        clock,
        { stub: false, baudRate: 921_600, attempts: 3 },
        calm(),
      );
      assert.deepEqual(await client.read(0xd000, 4, calm()), Uint8Array.of(1, 0, 0, 0));
      await client.close();
      assert.ok(!lines.some((text) => text.includes('assay-fw')), 'no application has run');
    } finally {
      await served.close();
    }
  }).timeout(10_000);
});
