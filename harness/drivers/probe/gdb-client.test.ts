import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calm } from '#contracts/rigs.ts';
import { encodeGdbPacket, GdbStream } from '#codecs/gdb-packet.ts';
import { RealClock } from '#drivers/clock.ts';
import { GdbClient } from '#drivers/probe/gdb-client.ts';
import { GdbProbe } from '#drivers/probe/gdb-probe.ts';

const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

/** What a server answers to each command; null: nothing. */
type Manner = (command: string, socket: Socket) => string | null;

const GREETING: Readonly<Record<string, string>> = { '?': 'T05thread:01;' };

/** A debug server of a few lines, on a socket in a folder of its own. */
async function serve(
  manner: Manner,
  work: (client: () => Promise<GdbClient>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-gdb-test-'));
  const path = join(folder, 'stub');
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    const stream = new GdbStream();
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Uint8Array) => {
      for (const item of stream.push(chunk)) {
        if (item.kind !== 'packet') continue;
        const command = Buffer.from(item.body).toString('latin1');
        const answer = manner(command, socket);
        if (answer !== null) socket.write(encodeGdbPacket(ascii(answer)));
      }
    });
  });
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  try {
    await work(() => GdbClient.open({ path }, new RealClock(), calm(1000)));
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Greets, and then behaves as told. */
function greeting(then: Manner): Manner {
  return (command, socket) => {
    if (command.startsWith('qSupported')) return 'PacketSize=400';
    return GREETING[command] ?? then(command, socket);
  };
}

describe('drivers/probe/gdb-client', () => {
  it('says that nobody listens', async () => {
    const opening = GdbClient.open({ path: '/nonexistent/gdb' }, new RealClock(), calm());
    await assert.rejects(opening, { name: 'BenchError', code: 'gdb-unreachable' });
  });

  it('reaches loopback alone, unless the bench lists more', async () => {
    const place = { address: { host: '192.0.2.1', port: 3333 } };
    await assert.rejects(GdbClient.open(place, new RealClock(), calm()), { code: 'address-not-allowed' });
  });

  for (const [name, manner, code] of [
    ['falls silent', () => null, 'gdb-silent'],
    ['refuses', () => 'E01', 'gdb-refused'],
    ['answers what is no memory', () => 'zz', 'gdb-nonsense'],
    ['answers for ever with more than was asked', () => '00'.repeat(64), 'gdb-nonsense'],
    ['goes away', (_: string, socket: Socket) => (socket.destroy(), null), 'gdb-gone'],
    ['sends noise', (_: string, socket: Socket) => (socket.write('$x#00'.repeat(9)), null), 'gdb-garbled'],
  ] as const) {
    it(`blames the bench when a server ${name}`, async () => {
      await serve(greeting(manner), async (connect) => {
        const client = await connect();
        await assert.rejects(client.read(0, 4, calm(300)), { name: 'BenchError', code });
        client.close();
      });
    });
  }

  it('passes over the late answer to a question that was given up', async () => {
    const late: string[] = [];
    const manner = greeting((command, socket) => {
      if (command === 'm0,4') {
        late.push(command);
        return null;
      }
      // Answers come in the order of the questions, however late.
      socket.write(encodeGdbPacket(ascii('11223344')));
      return '55667788';
    });
    await serve(manner, async (connect) => {
      const client = await connect();
      await assert.rejects(client.read(0, 4, calm(50)), { code: 'gdb-silent' });
      assert.equal(Buffer.from(await client.read(4, 4, calm())).toString('hex'), '55667788');
      assert.equal(late.length, 1);
      client.close();
    });
  });

  it('writes flash by the server’s own commands where memory writes do not reach it', async () => {
    const asked: string[] = [];
    const manner = greeting((command) => {
      asked.push(command.slice(0, 24));
      return command.startsWith('m') ? 'ff'.repeat(Number.parseInt(command.split(',')[1] ?? '0', 16)) : 'OK';
    });
    await serve(manner, async (connect) => {
      const client = await connect();
      const flash = { address: 0x1000, size: 0x1000, page: 0x100 };
      const probe = new GdbProbe(client, { flash, manner: 'flash', words: [] });
      await probe.write(0x180, Uint8Array.of(1, 2), calm());
      assert.equal(
        asked.find((command) => command.startsWith('vFlashErase')),
        'vFlashErase:1100,100',
      );
      assert.ok(asked.some((command) => command.startsWith('vFlashWrite:1100:')));
      assert.equal(asked.at(-1), 'vFlashDone');
      client.close();
    });
  });
});
