import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Channel } from '#core/capabilities.ts';
import { calm, Enough } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import { RealClock } from '#drivers/clock.ts';
import { serial } from '#drivers/channel/serial.ts';

/** A pseudo-terminal whose far end is a pipe: prints its name, then copies both ways. */
const FAR_END = `
import os, sys, threading, tty
ours, theirs = os.openpty()
tty.setraw(ours); tty.setraw(theirs)
print(os.ttyname(theirs), flush=True)
def copy(source, sink):
    while data := os.read(source, 4096):
        os.write(sink, data)
threading.Thread(target=copy, args=(ours, 1), daemon=True).start()
copy(0, ours)
`;

interface FarEnd {
  readonly path: string;
  write(bytes: Uint8Array): void;
  read(): Promise<string>;
  close(): void;
}

async function farEnd(context: Mocha.Context): Promise<FarEnd> {
  const child = spawn('python3', ['-c', FAR_END], { stdio: ['pipe', 'pipe', 'ignore'] });
  const failed = once(child, 'error').then(() => null);
  const first = await Promise.race([once(child.stdout, 'data'), failed]);
  if (first === null) skipBecause(context, 'no python3 to make a pseudo-terminal');
  return {
    path: String(first[0]).trim(),
    write: (bytes) => child.stdin.write(bytes),
    read: async () => String((await once(child.stdout, 'data'))[0]),
    close: () => child.kill(),
  };
}

const context = () => ({ ...calm(), clock: new RealClock(), onLine: () => () => undefined });

async function readSome(channel: Channel, length: number): Promise<Uint8Array> {
  let got = new Uint8Array();
  for await (const chunk of channel.incoming) {
    got = Uint8Array.from([...got, ...chunk]);
    if (got.length >= length) break;
  }
  return got;
}

describe('drivers/channel/serial', () => {
  it('carries every byte value both ways over a real terminal', async function () {
    const far = await farEnd(this);
    const channel = await serial({ path: far.path }).open(context());
    try {
      const all = Uint8Array.from({ length: 256 }, (_, value) => value);
      far.write(all);
      assert.deepEqual(await readSome(channel, 256), all);
      const reading = far.read();
      await channel.write(Buffer.from('to the board'), calm());
      assert.equal(await reading, 'to the board');
    } finally {
      await channel.close();
      far.close();
    }
  });

  it('refuses a port that is open already, and says what to do', async function () {
    const far = await farEnd(this);
    const channel = await serial({ path: far.path }).open(context());
    try {
      const second = serial({ path: far.path }).open(context());
      await assert.rejects(second, { name: 'BenchError', code: 'serial-open', remedy: /other program/ });
    } finally {
      await channel.close();
      far.close();
    }
  });

  it('ends its input when closed, and refuses to write from then on', async function () {
    const far = await farEnd(this);
    const channel = await serial({ path: far.path }).open(context());
    await channel.close();
    await channel.close();
    assert.equal((await readSome(channel, 1)).length, 0);
    await assert.rejects(channel.write(new Uint8Array(1), calm()), {
      name: 'BenchError',
      code: 'serial-lost',
    });
    far.close();
  });

  it('says when the port goes away', async function () {
    const far = await farEnd(this);
    const channel = await serial({ path: far.path }).open(context());
    const reading = readSome(channel, 1);
    far.close();
    await assert.rejects(reading, { name: 'BenchError', code: 'serial-lost' });
    await channel.close();
  });

  it('names a port that is not there, and the remedy', async () => {
    const opening = serial({ path: '/dev/assay-no-such-port' }).open(context());
    await assert.rejects(opening, { name: 'BenchError', code: 'serial-open', remedy: /plug the board in/ });
  });

  it('does not open for a caller who gave up', async () => {
    const signal = AbortSignal.abort(new Enough());
    await assert.rejects(serial({ path: '/dev/null' }).open({ ...context(), signal }), Enough);
  });
});
