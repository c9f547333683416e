import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PythonProcess } from '#codecs/peers/python-process.ts';

const SCRIPT = fileURLToPath(new URL('bumble_peer.py', import.meta.url));

/** A running Bumble, and the Unix sockets that it serves or dials. */
export interface Bumble extends AsyncDisposable {
  readonly sockets: readonly string[];
  ask(request: object): Promise<unknown>;
}

/** Starts Bumble as controllers, server, host or decoder; the reason where it cannot be. */
export async function openBumble(
  mode: 'controllers' | 'server' | 'host' | 'decoder',
  sockets: number,
  folder = mkdtempSync(join(tmpdir(), 'assay-bumble-')),
): Promise<Bumble | string> {
  const paths = Array.from({ length: sockets }, (_, index) => join(folder, `hci${index}`));
  const python = new PythonProcess(process.env['ASSAY_BUMBLE_PYTHON'] ?? 'python3', [SCRIPT, mode, ...paths]);
  const end = async () => {
    await python.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  if ((await python.hear()) === null) {
    await end();
    return 'no python with bumble; set ASSAY_BUMBLE_PYTHON to one that has .ci/peers-ble.txt';
  }
  return { sockets: paths, ask: (request) => python.ask(request), [Symbol.asyncDispose]: end };
}
