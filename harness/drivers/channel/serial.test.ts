import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Channel } from '#core/capabilities.ts';
import { isAssayError } from '#core/errors.ts';
import { calm, Enough } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import { RealClock } from '#drivers/clock.ts';
import { openPty, type Pty, type PtyOptions } from '#drivers/channel/pty.ts';
import { serial } from '#drivers/channel/serial.ts';

async function farEnd(test: Mocha.Context, options: PtyOptions = {}): Promise<Pty> {
  try {
    return await openPty(options);
  } catch (error) {
    if (isAssayError(error) && error.code === 'no-socat') skipBecause(test, 'no socat');
    throw error;
  }
}

const context = () => ({ ...calm(), clock: new RealClock(), onLine: () => () => undefined });

async function readSome(channel: Pick<Channel, 'incoming'>, length: number): Promise<Uint8Array> {
  let got = new Uint8Array();
  for await (const chunk of channel.incoming) {
    got = Uint8Array.from([...got, ...chunk]);
    if (got.length >= length) break;
  }
  return got;
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe('drivers/channel/serial', () => {
  it('carries every byte value both ways over a real terminal', async function () {
    const far = await farEnd(this);
    const channel = await serial({ path: far.path }).open(context());
    try {
      const all = Uint8Array.from({ length: 256 }, (_, value) => value);
      await far.write(all, calm());
      assert.deepEqual(await readSome(channel, 256), all);
      await channel.write(Buffer.from('to the board'), calm());
      assert.equal(text(await readSome(far, 12)), 'to the board');
    } finally {
      await channel.close();
      await far.close();
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
      await far.close();
    }
  });

  it('names the program that holds the port', async function () {
    const far = await farEnd(this);
    const holder = spawn('sh', ['-c', 'exec 3<>"$0"; echo ready; read wait', far.path]);
    try {
      await once(holder.stdout, 'data');
      const opening = serial({ path: far.path }).open(context());
      await assert.rejects(opening, {
        code: 'serial-open',
        got: new RegExp(`sh \\(process ${holder.pid}\\)`),
      });
    } finally {
      holder.kill();
      await far.close();
    }
  });

  it('tells of a program that opens the port while it is in use', async function () {
    this.timeout(10_000);
    const far = await farEnd(this);
    const channel = await serial({ path: far.path }).open(context());
    const thief = spawn('sh', ['-c', 'exec 3<>"$0"; read wait', far.path]);
    try {
      await assert.rejects(readSome(channel, 1), {
        code: 'serial-stolen',
        got: new RegExp(`process ${thief.pid}`),
      });
      await assert.rejects(channel.write(new Uint8Array(1), calm()), { code: 'serial-stolen' });
    } finally {
      thief.kill();
      await channel.close();
      await far.close();
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
      code: 'channel-closed',
    });
    await far.close();
  });

  it('says when the port goes away and stays away', async function () {
    const far = await farEnd(this);
    const channel = await serial({ path: far.path, reconnectMs: 100 }).open(context());
    const reading = readSome(channel, 1);
    await far.close();
    await assert.rejects(reading, { name: 'BenchError', code: 'serial-lost' });
    await assert.rejects(channel.write(new Uint8Array(1), calm()), { code: 'serial-lost' });
    await channel.close();
  });

  it('goes on over a port that comes back under its name, and holds writes until then', async function () {
    const folder = await mkdtemp(join(tmpdir(), 'assay-pty-'));
    const link = join(folder, 'board');
    let far = await farEnd(this, { link });
    const channel = await serial({ path: link }).open(context());
    try {
      await far.close();
      far = await farEnd(this, { link });
      const back = readSome(channel, 4);
      await new Promise((resolve) => {
        setTimeout(resolve, 700);
      });
      await far.write(Buffer.from('back'), calm());
      await channel.write(Buffer.from('again'), calm());
      assert.deepEqual([text(await back), text(await readSome(far, 5))], ['back', 'again']);
    } finally {
      await channel.close();
      await far.close();
      await rm(folder, { recursive: true });
    }
  });

  it('says of a terminal without control lines that it has none, and changes speed all the same', async function () {
    const far = await farEnd(this);
    const channel = await serial({ path: far.path, lines: { dtr: false } }).open(context());
    try {
      assert.equal(await channel.setLines({ dtr: true, rts: false }, calm()), false);
      await channel.setBaudRate(1_000_000, calm());
      await channel.purge(calm());
      await channel.write(Buffer.from('fast'), calm());
      assert.equal(text(await readSome(far, 4)), 'fast');
    } finally {
      await channel.close();
      await far.close();
    }
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
