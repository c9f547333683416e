import { connect, type Socket } from 'node:net';
import type { CallOptions } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import { type Address, Tcp } from '#drivers/channel/tcp.ts';

/** Where a debug server listens: a Unix socket's path, or a TCP address (loopback, unless the bench lists others). */
export type GdbPlace =
  { readonly path: string } | { readonly address: Address; readonly allow?: readonly string[] };

/** Longest a connection may take. */
const CONNECT_MS = 5000;

/** How a place is called in errors and reports. */
export function gdbPlaceName(place: GdbPlace): string {
  return 'path' in place ? place.path : `${place.address.host}:${place.address.port}`;
}

/** Connects to a debug server. BenchErrors `gdb-unreachable`, `address-not-allowed`; the signal's reason. */
export async function connectGdb(place: GdbPlace, { signal, deadlineMs }: CallOptions): Promise<Socket> {
  signal.throwIfAborted();
  const socket = 'path' in place ? connect(place.path) : new Tcp(place).socket(place.address);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs ?? CONNECT_MS)]);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
      limit.addEventListener('abort', () => reject(limit.reason as Error), { once: true });
    });
    return socket;
  } catch (cause) {
    socket.destroy();
    signal.throwIfAborted();
    throw unreachable(place, cause);
  }
}

function unreachable(place: GdbPlace, cause: unknown): BenchError {
  return new BenchError({
    code: 'gdb-unreachable',
    message: `no debug server answers at ${gdbPlaceName(place)}`,
    got: cause instanceof Error ? cause.message : String(cause),
    remedy:
      'start the debug server (JLinkGDBServer, pyocd gdbserver, openocd, probe-rs gdb), or mend its address',
    cause,
  });
}
