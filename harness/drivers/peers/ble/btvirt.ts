import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { H4 } from '#codecs/ble/h4.ts';

/** Where every btvirt serves LE controllers; the path is built into it (BlueZ 5.66, emulator/server.c). */
export const BTVIRT_LE = '/tmp/bt-server-le';
const SOCKETS = ['le', 'bredrle', 'bredr', 'amp', 'mon'].map((name) => `/tmp/bt-server-${name}`);
const STUB = fileURLToPath(new URL('af_alg_stub.c', import.meta.url));
const START_MS = 5000;
const RESET = Uint8Array.of(H4.command, 0x03, 0x0c, 0);

const run = promisify(execFile);

/** Emulated controllers of BlueZ on one air: each connection to the socket is one of them. */
export interface Btvirt extends AsyncDisposable {
  /** Whether its AES had to be stood in for. */
  readonly isStubbed: boolean;
}

/** Starts btvirt with sockets, which needs no Bluetooth in the kernel; the reason where it cannot be. */
export async function openBtvirt(): Promise<Btvirt | string> {
  if ((await answer()) !== 'absent') return `something serves ${BTVIRT_LE} already; end it first`;
  const folder = mkdtempSync(join(tmpdir(), 'assay-btvirt-'));
  const opened = (await serving({}, folder)) ?? (await withStub(folder));
  if (typeof opened === 'string') rmSync(folder, { recursive: true });
  return opened;
}

async function withStub(folder: string): Promise<Btvirt | string> {
  const stub = join(folder, 'af_alg_stub.so');
  const reason = 'this kernel has no AF_ALG sockets, without which btvirt drops its clients';
  try {
    await run('cc', ['-shared', '-fPIC', '-o', stub, STUB]);
  } catch {
    return `${reason}, and there is no cc to build what stands in for them`;
  }
  return (await serving({ LD_PRELOAD: stub }, folder)) ?? `${reason}; nor does it keep them without`;
}

/** Null where it runs but drops its clients. */
async function serving(env: NodeJS.ProcessEnv, folder: string): Promise<Btvirt | string | null> {
  const child = await start(env);
  if (typeof child === 'string') return child;
  let seen = await answer();
  for (const until = performance.now() + START_MS; seen === 'absent' && performance.now() < until;) {
    await sleep(50);
    seen = await answer();
  }
  if (seen !== 'answered') {
    await stop(child);
    return null;
  }
  const end = async () => {
    await stop(child);
    rmSync(folder, { recursive: true });
  };
  return { isStubbed: env['LD_PRELOAD'] !== undefined, [Symbol.asyncDispose]: end };
}

async function start(env: NodeJS.ProcessEnv): Promise<ChildProcess | string> {
  const child = spawn('btvirt', ['-s'], { stdio: 'ignore', env: { ...process.env, ...env } });
  const trouble = await Promise.race([
    once(child, 'error').then(() => 'no btvirt; install it (apt-get install bluez-test-tools)'),
    once(child, 'spawn').then(() => null),
  ]);
  return trouble ?? child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
  }
  for (const path of SOCKETS) rmSync(path, { force: true });
}

/** What a controller behind the socket makes of a reset. */
function answer(): Promise<'answered' | 'dropped' | 'absent'> {
  return new Promise((resolve) => {
    const socket = connect(BTVIRT_LE);
    let seen: 'dropped' | 'absent' = 'absent';
    socket.on('connect', () => {
      seen = 'dropped';
      socket.write(RESET);
    });
    socket.on('data', () => {
      resolve('answered');
      socket.destroy();
    });
    // An error is followed by the close.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(seen));
  });
}
