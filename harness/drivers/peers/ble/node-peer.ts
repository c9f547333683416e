import { once } from 'node:events';
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { BenchError } from '#core/errors.ts';
import type { HciPort } from '#codecs/ble/hci-port.ts';
import { openPty } from '#drivers/channel/pty.ts';
import { ChannelPort } from '#drivers/radio/ble/channel-port.ts';
import { joinPorts } from '#drivers/radio/ble/join-ports.ts';

/** A Node program with a Bluetooth stack of its own, on a controller of ours behind a pseudo-terminal. */
export interface NodePeer extends AsyncDisposable {
  /** What it says next, without being asked. */
  hear(): Promise<Readonly<Record<string, unknown>>>;
  ask(request: object): Promise<Readonly<Record<string, unknown>>>;
}

/** How long a program may take to start, or to answer. */
const PATIENCE_MS = 15_000;

/** Starts `<name>_peer.cjs` beside this file; the reason where it cannot be. */
export async function openNodePeer(name: 'bleno' | 'noble', controller: HciPort): Promise<NodePeer | string> {
  const folder = process.env['ASSAY_BLE_NODE_MODULES'];
  if (folder === undefined) {
    return `no @stoprocent/${name}; set ASSAY_BLE_NODE_MODULES to the node_modules that has it`;
  }
  try {
    return await start(name, folder, controller);
  } catch (error) {
    if (error instanceof BenchError) return error.message;
    throw error;
  }
}

async function start(name: string, folder: string, controller: HciPort): Promise<NodePeer | string> {
  const pty = await openPty();
  void joinPorts(controller, new ChannelPort(pty));
  const script = fileURLToPath(new URL(`${name}_peer.cjs`, import.meta.url));
  const env = { ...process.env, NODE_PATH: join(folder), BLUETOOTH_HCI_SOCKET_UART_PORT: pty.path };
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'ignore'], env });
  const hear = listener(child);
  const end = async () => {
    const exited = once(child, 'exit');
    child.stdin.end();
    if (child.exitCode === null) await exited;
    await pty.close();
  };
  const first = await hear();
  if (first['gone'] === true) {
    await end();
    return `@stoprocent/${name} does not start from ${folder}`;
  }
  return {
    hear,
    ask: (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return hear();
    },
    [Symbol.asyncDispose]: end,
  };
}

/** Lines of JSON in order; `{ gone: true }` once there will be none, or none came in time. */
function listener(child: ChildProcess): () => Promise<Readonly<Record<string, unknown>>> {
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const iterator = lines[Symbol.asyncIterator]();
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), PATIENCE_MS);
    });
    const next = await Promise.race([iterator.next(), late]);
    clearTimeout(timer);
    if (next === null || next.done === true) return { gone: true };
    return JSON.parse(next.value) as Readonly<Record<string, unknown>>;
  };
}
