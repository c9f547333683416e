import { createReadStream, readdirSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { BenchError, explain } from '#core/errors.ts';
import type { RunListPage } from '#core/run-list.ts';
import { verifyRun } from '#engine/verify.ts';
import { verificationText } from '../verification-text.ts';
import { listRuns, shownFiles } from './list-runs.ts';

/** Only this machine may look. */
const LOOPBACK = '127.0.0.1';
/** Everything that is not known to be harmless in a browser is shown as text. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.pdf': 'application/pdf',
};
const TEXT = 'text/plain; charset=utf-8';

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
} as const;

/** What is served. */
export interface ServeOptions {
  /** Folder of run folders. */
  readonly folder: string;
  readonly page: RunListPage;
  /** 0: any free one. */
  readonly port: number;
}

/** A server that is listening. */
export interface Serving extends AsyncDisposable {
  readonly url: string;
}

function answer(response: ServerResponse, status: number, type: string, body: Uint8Array | string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type }).end(body);
}

/** Names of the path; null for what is no plain path. */
function segments(url: string | undefined): readonly string[] | null {
  try {
    const [path = ''] = (url ?? '/').split(/[?#]/);
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** A browser that was led here under another name gets nothing: that page may belong to anybody. */
function isLocal({ headers }: IncomingMessage, port: number): boolean {
  return [`${LOOPBACK}:${port}`, `localhost:${port}`].includes(headers.host ?? '');
}

function isRun(folder: string, name: string): boolean {
  return readdirSync(folder, { withFileTypes: true }).some(
    (entry) => entry.isDirectory() && entry.name === name,
  );
}

function sendFile(response: ServerResponse, path: string): void {
  const type = TYPES[extname(path)] ?? TEXT;
  const { 'content-security-policy': policy, ...always } = HEADERS;
  // A browser's own PDF viewer is made of what the policy forbids.
  const headers = type === TYPES['.pdf'] ? always : { ...always, 'content-security-policy': policy };
  response.writeHead(200, { ...headers, 'content-type': type, 'content-length': statSync(path).size });
  createReadStream(path)
    .on('error', () => response.destroy())
    .pipe(response);
}

function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServeOptions,
  port: number,
): void {
  const { folder, page } = options;
  if (!isLocal(request, port)) return answer(response, 421, TEXT, 'not served under this name\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, TEXT, 'only GET\n');
  const path = segments(request.url);
  if (path?.length === 1 && path[0] === '') {
    return answer(response, 200, 'text/html; charset=utf-8', page(listRuns(folder), folder));
  }
  const [first, run, file, more] = path ?? [];
  const isKnown = first === 'runs' && run !== undefined && file !== undefined && more === undefined;
  if (!isKnown || !isRun(folder, run)) return answer(response, 404, TEXT, 'there is nothing here\n');
  const runFolder = join(folder, run);
  if (file === 'verify')
    return answer(response, 200, TEXT, `${verificationText(verifyRun(runFolder), null)}\n`);
  if (shownFiles(runFolder).includes(file)) return sendFile(response, join(runFolder, file));
  return answer(response, 404, TEXT, 'there is nothing here\n');
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, LOOPBACK, resolve);
  }).catch((cause: unknown) => {
    throw new BenchError({
      code: 'port-taken',
      message: `port ${port} of this machine cannot be used`,
      got: cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause),
      remedy: 'choose another with --port, or 0 for any free one',
      cause,
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Serves the runs of a folder to browsers on this machine. BenchError `port-taken`. */
export async function serveRuns(options: ServeOptions): Promise<Serving> {
  let port = 0;
  const server = createServer((request, response) => {
    try {
      respond(request, response, options, port);
    } catch (error) {
      answer(response, 500, TEXT, `${explain(error)}\n`);
    }
  });
  port = await listen(server, options.port);
  return {
    url: `http://${LOOPBACK}:${port}/`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
