import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { SocketLedger } from '#drivers/channel/socket-ledger.ts';
import { socketSettle } from '#drivers/channel/socket-settle.ts';
import { Tcp, type Address } from '#drivers/channel/tcp.ts';

async function serving(
  serve: (socket: Socket) => void,
  use: (made: { tcp: Tcp; address: Address; ledger: SocketLedger; server: Server }) => Promise<void>,
  known = true,
): Promise<void> {
  const ledger = new SocketLedger();
  const tcp = new Tcp({ ledger });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    serve(socket);
  });
  const address = await (known ? tcp : new Tcp()).listen(server);
  try {
    await use({ tcp, address, ledger, server });
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const quiet = { opened: () => undefined, closed: () => undefined };

describe('settling of sockets', () => {
  it('waits until everything sent was read, to and fro, however many steps it takes', async () => {
    const image = Buffer.alloc(3_000_000, 1);
    await serving(
      (socket) => socket.on('data', (bytes) => socket.write(bytes.toString() === 'go' ? image : 'more')),
      async ({ tcp, address, ledger }) => {
        let received = 0;
        let rounds = 0;
        const stream = tcp.connect(address.host, address.port, {
          ...quiet,
          data: (bytes) => {
            received += bytes.length;
            if (received >= image.length && rounds < 20) {
              rounds += 1;
              stream.write(Buffer.from('x'));
            }
          },
        });
        stream.write(Buffer.from('go'));
        await socketSettle(ledger)();
        assert.deepEqual([received, rounds], [image.length + 20 * 'more'.length, 20]);
        stream.abort();
        await socketSettle(ledger)();
        assert.equal(ledger.balanced(), true);
        assert.equal(ledger.outside(), null);
      },
    );
  });

  it('waits for ends and aborts to be seen by the other side', async () => {
    for (const end of ['close', 'abort'] as const) {
      let ended = false;
      await serving(
        (socket) => socket.resume().on('close', () => (ended = true)),
        async ({ tcp, address, ledger }) => {
          const stream = tcp.connect(address.host, address.port, { ...quiet, data: () => undefined });
          await socketSettle(ledger)();
          assert.equal(ended, false);
          stream[end]();
          await socketSettle(ledger)();
          assert.equal(ended, true);
        },
      );
    }
  });

  it('does not wait for ever for bytes that nobody reads', async () => {
    await serving(
      (socket) => socket.pause(),
      async ({ tcp, address, ledger }) => {
        const stream = tcp.connect(address.host, address.port, { ...quiet, data: () => undefined });
        stream.write(Buffer.alloc(10_000_000));
        await socketSettle(ledger, { patienceMs: 50 })();
        assert.equal(ledger.balanced(), false);
        stream.abort();
      },
    );
  });

  it('gives other processes time to answer', async () => {
    let answers = 0;
    await serving(
      (socket) => socket.on('data', () => setTimeout(() => socket.write('answer'), 20)),
      async ({ tcp, address, ledger }) => {
        const stream = tcp.connect(address.host, address.port, { ...quiet, data: () => (answers += 1) });
        stream.write(Buffer.from('question'));
        await socketSettle(ledger, { outsideMs: 500 })();
        assert.equal(answers, 1);
        stream.abort();
      },
      false,
    );
  });
});
