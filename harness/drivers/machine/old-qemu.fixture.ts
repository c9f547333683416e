import { chmodSync, writeFileSync } from 'node:fs';

const GREETING = { QMP: { version: { qemu: { major: 5, minor: 2, micro: 0 } }, capabilities: [] } };

/** A program that comes up as QEMU 5.2 does: it meets the three sockets that it is given, and its monitor says its version. */
const SOURCE = `#!${process.execPath}
const { connect } = require('node:net');
for (const [, id, path] of process.argv.join('\\n').matchAll(/^socket,id=(\\w+),path=(.*)$/gm)) {
  const socket = connect(path);
  const say = (message) => socket.write(JSON.stringify(message) + '\\n');
  if (id !== 'monitor') continue;
  say(${JSON.stringify(GREETING)});
  socket.on('data', (line) => say({ return: {}, id: JSON.parse(line).id }));
}
`;

/** Puts that program there. */
export function writeOldQemu(path: string): void {
  writeFileSync(path, SOURCE);
  chmodSync(path, 0o755);
}
