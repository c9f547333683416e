import { createServer } from 'node:net';

/** A process that takes MQTT connections on a free loopback port, acknowledges CONNECT and reads whatever else comes. */
const CONNACK = Uint8Array.of(0x20, 2, 0, 0);

const server = createServer({ noDelay: true }, (socket) => {
  socket.once('data', () => socket.write(CONNACK));
  socket.on('data', () => undefined);
  socket.on('error', () => undefined);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
});
// Whoever started it ends it by closing its input.
process.stdin.resume().on('end', () => process.exit(0));
