import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError } from '#core/errors.ts';
import { freePort } from '#drivers/channel/free-port.ts';
import { Tethered } from '#drivers/machine/tethered.ts';

/** OpenOCD's Tcl server, ours or somebody else's. */
export interface OpenOcdServer {
  readonly port: number;
  /** The end of its log, to go behind an error; empty where it is not ours. */
  said(): string;
  stop(): Promise<void>;
}

const START_MS = 15_000;
const LOOK_MS = 50;

/** One that runs already, on this machine. */
export function serverAt(port: number): OpenOcdServer {
  return { port, said: () => '', stop: () => Promise.resolve() };
}

/** Starts OpenOCD, and waits until it listens. BenchError `openocd-start` with what it says. */
export async function startServer(args: readonly string[], signal: AbortSignal): Promise<OpenOcdServer> {
  const port = await freePort();
  const ports = ['-c', `tcl_port ${port}`, '-c', 'gdb_port disabled', '-c', 'telnet_port disabled'];
  const child = new Tethered(['openocd', ...ports, ...args, '-c', 'init']);
  const said = () =>
    child.end === null ? '' : `; openocd ended with ${child.end.how}: ${lastOf(child.end.stderr)}`;
  const until = performance.now() + START_MS;
  while (!(await listens(port))) {
    if (signal.aborted || child.end !== null || performance.now() > until) {
      await child.kill();
      signal.throwIfAborted();
      throw cannotStart(child.end?.how ?? '', lastOf(child.end?.stderr ?? ''));
    }
    await sleep(LOOK_MS);
  }
  return { port, said, stop: () => child.kill() };
}

function lastOf(log: string): string {
  const errors = log.split('\n').filter((line) => /^(?:Error|.*not found)/.test(line));
  return (errors.length > 0 ? errors : log.split('\n')).slice(-2).join('; ');
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function cannotStart(how: string, said: string): BenchError {
  const isMissing = /not found/.test(said);
  return new BenchError({
    code: 'openocd-start',
    message: 'OpenOCD did not start',
    expected: 'its Tcl server',
    got: `${how}: ${said}`,
    remedy: isMissing
      ? 'install it: apt-get install openocd'
      : 'check that the probe is plugged in, its udev rule, and the configuration files in the bench file',
  });
}
