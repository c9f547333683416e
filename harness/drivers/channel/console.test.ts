import assert from 'node:assert/strict';
import { calm, Enough } from '#contracts/rigs.ts';
import { encodeSmpSerial } from '#codecs/smp-serial.ts';
import { encodeSmp } from '#codecs/smp.ts';
import { consoleBench } from '#drivers/channel/console.fixture.ts';

const packet = encodeSmp({ op: 3, version: 1, group: 0, sequence: 1, command: 0 }, [['r', 'hi']]);

describe('drivers/channel/console', () => {
  it('gives lines, packets and bytes to every listener, until it stops listening', async () => {
    const { clock, uart, hub } = consoleBench();
    const [lines, packets, more]: [string[], number[], string[]] = [[], [], []];
    let bytes = 0;
    hub.onLine((line) => lines.push(`${Math.round(line.atMs)} ${line.text}`));
    const stop = hub.onLine((line) => more.push(line.text));
    hub.onPacket((received) => packets.push(received.length));
    hub.onBytes((chunk) => (bytes += chunk.length));
    uart.print(['one']);
    uart.send(encodeSmpSerial(packet));
    await clock.sleep(50);
    stop();
    uart.print(['two']);
    await clock.sleep(50);
    assert.deepEqual(lines, ['0 one', '50 two']);
    assert.deepEqual(more, ['one']);
    assert.deepEqual(packets, [packet.length]);
    assert.equal(bytes, 10 + encodeSmpSerial(packet).length);
    await hub.close();
  });

  it('shows damaged frames as the lines they are, markers included', async () => {
    const { clock, uart, hub } = consoleBench();
    const lines: string[] = [];
    hub.onLine((line) => lines.push(line.text));
    uart.send(Uint8Array.from([0x06, 0x09, 0x21, 0x0a]));
    await clock.sleep(10);
    assert.deepEqual(lines, ['\u0006\t!']);
    await hub.close();
  });

  it('keeps the last lines for a diagnosis, and the unfinished one', async () => {
    const { clock, uart, hub } = consoleBench();
    assert.equal(hub.tail(), 'no console output');
    uart.print(Array.from({ length: 40 }, (_, index) => `line ${index}`));
    uart.send(Buffer.from('and then'));
    await clock.sleep(100);
    assert.match(hub.tail(), /^last console lines: line 28 \| .* \| line 39 \| and then$/);
    hub.clearTail();
    assert.equal(hub.tail(), 'last console lines: and then');
    await hub.close();
  });

  it('opens taps that read and write the raw channel on their own', async () => {
    const { clock, uart, hub } = consoleBench();
    const [first, second] = [hub.tap(), hub.tap()];
    uart.print(['hello']);
    await clock.sleep(10);
    await first.close();
    await hub.close();
    for (const tap of [first, second]) {
      let text = '';
      for await (const chunk of tap.incoming) text += Buffer.from(chunk).toString();
      assert.equal(text, 'hello\r\n');
    }
    await assert.rejects(second.write(new Uint8Array(1), calm()), { code: 'channel-closed' });
  });

  it('passes the reason on when the channel fails', async () => {
    const { clock, uart, hub } = consoleBench();
    const tap = hub.tap();
    uart.fail(new Error('unplugged'));
    await clock.sleep(1);
    assert.equal((hub.closed.reason as { code: string }).code, 'channel-failed');
    const read = async () => {
      for await (const chunk of tap.incoming) assert.ok(chunk);
    };
    await assert.rejects(read(), { code: 'channel-failed', got: 'unplugged' });
    await assert.rejects(hub.write(new Uint8Array(1), calm()), { code: 'channel-failed' });
  });

  it('waits for a line, and tells the last ones when it does not come', async () => {
    const { clock, uart, hub } = consoleBench();
    uart.print(['before']);
    await clock.sleep(20);
    const waiting = hub.waitForLine(/^ready (\d)/, calm());
    uart.print(['not yet ready', 'ready 7']);
    assert.equal((await waiting).text, 'ready 7');
    await assert.rejects(hub.waitForLine(/never/, calm(500)), {
      name: 'PeerError',
      code: 'line-not-seen',
      expected: '/never/',
      got: 'last console lines: before | not yet ready | ready 7',
    });
    const stop = new AbortController();
    const given = hub.waitForLine(/never/, { signal: stop.signal });
    stop.abort(new Enough());
    await assert.rejects(given, Enough);
    const cut = hub.waitForLine(/never/, calm());
    uart.fail(new Error('unplugged'));
    await assert.rejects(cut, { code: 'channel-failed' });
  });

  it('tells no more of the last lines than leaves room for what to do', async () => {
    const { clock, uart, hub } = consoleBench();
    uart.print(Array.from({ length: 12 }, (_, index) => `${index} ${'x'.repeat(500)}`));
    await clock.sleep(1000);
    assert.ok(hub.tail().length < 800 && hub.tail().endsWith('x...'), hub.tail());
    await hub.close();
  });
});
