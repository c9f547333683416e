import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { BenchError } from '#core/errors.ts';

/** A Unix socket in a folder of ours that one program connects to. */
export class Rendezvous {
  readonly path: string;
  readonly #server: Server;
  readonly #came: Promise<Socket>;

  private constructor(path: string, server: Server, came: Promise<Socket>) {
    this.path = path;
    this.#server = server;
    this.#came = came;
  }

  static async open(folder: string, name: string): Promise<Rendezvous> {
    const path = join(folder, name);
    const server = createServer();
    const came = new Promise<Socket>((resolve) => {
      server.on('connection', (socket) => resolve(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(cannotListen(path, cause)));
      server.listen(path, resolve);
    });
    return new Rendezvous(path, server, came);
  }

  /** The first connection; from then on nobody else is let in. */
  async accept(): Promise<Socket> {
    const socket = await this.#came;
    this.#server.close();
    return socket;
  }

  close(): void {
    this.#server.close();
  }
}

function cannotListen(path: string, cause: Error): BenchError {
  return new BenchError({
    code: 'machine-socket',
    message: `no socket can be made at ${path}`,
    got: cause.message,
    remedy: 'set TMPDIR to a folder that can be written, with a path of less than 80 characters',
    cause,
  });
}
