import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 5000;

/** Waits until a child listens on a loopback port; false where it ended or never did. */
export async function awaitPort(child: ChildProcess, port: number): Promise<boolean> {
  const gone = new AbortController();
  child.once('error', () => gone.abort()).once('exit', () => gone.abort());
  const until = performance.now() + PATIENCE_MS;
  while (!gone.signal.aborted && performance.now() < until) {
    const socket = connect({ host: '127.0.0.1', port });
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      await sleep(30);
    } finally {
      socket.destroy();
    }
  }
  return false;
}

/** Ends a child and waits for it. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
