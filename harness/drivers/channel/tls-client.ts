import type { Socket } from 'node:net';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import type { TcpEvents, TcpStream } from '#drivers/channel/tcp.ts';
import { TlsCarrier } from '#drivers/channel/tls-records.ts';

/** How a client of TLS is told to check whom it talks to. */
export interface TlsChecks {
  /** Authorities trusted, PEM. */
  readonly roots: string;
  /** Name that the server's certificate must carry. */
  readonly name: string;
  readonly checksChain: boolean;
  readonly checksName: boolean;
  readonly checksTime: boolean;
  readonly takesOldVersions: boolean;
  readonly takesWeakSuites: boolean;
}

const CAREFUL = 'HIGH:!aNULL:!eNULL:!MD5:!3DES';
const ANYTHING = 'ALL:COMPLEMENTOFALL:@SECLEVEL=0';
/** OpenSSL's words for certificates out of their time. */
const OUT_OF_TIME: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** What is wrong with the server, by the checks that are made; null: nothing. */
function objectionTo(secured: TLSSocket, checks: TlsChecks): Error | null {
  const certificate = secured.getPeerCertificate();
  // Only suites without certificates get here without one, and only a client that takes them.
  if (Object.keys(certificate).length === 0) return null;
  const problem = codeOf(secured.authorizationError);
  const isExcused = !checks.checksTime && OUT_OF_TIME.has(problem);
  if (checks.checksChain && problem !== '' && !isExcused) return new Error(`certificate: ${problem}`);
  return checks.checksName ? (checkServerIdentity(checks.name, certificate) ?? null) : null;
}

/** What OpenSSL says of the chain; empty where it says nothing. The type promises an Error, and it is a text. */
function codeOf(problem: unknown): string {
  if (typeof problem === 'string') return problem;
  return problem instanceof Error ? problem.message : '';
}

/** TLS over a socket that is about to connect, as events: `opened` once the server has passed every check that is made. */
export function tlsStreamOf(socket: Socket, checks: TlsChecks, events: TcpEvents): TcpStream {
  let isOpen = false;
  let over = false;
  let failure: Error | null = null;
  const secured = connect({
    socket: new TlsCarrier(socket),
    servername: checks.name,
    ca: checks.roots,
    // Judged below, check by check.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    minVersion: checks.takesOldVersions ? 'TLSv1' : 'TLSv1.2',
    ciphers: checks.takesOldVersions || checks.takesWeakSuites ? ANYTHING : CAREFUL,
  });
  const end = (cause: Error | null) => {
    if (over) return;
    over = true;
    socket.destroySoon();
    events.closed(cause);
  };
  secured.on('secureConnect', () => {
    if (over) return;
    failure = objectionTo(secured, checks);
    isOpen = failure === null;
    if (isOpen) events.opened();
    else end(failure);
  });
  secured.on('data', (bytes) => over || events.data(bytes));
  secured.on('error', (error) => end(error));
  secured.on('close', () => end(failure));
  secured.on('end', () => end(failure));
  socket.on('error', (error) => end(error));
  return {
    write: (bytes) => {
      if (!over) secured.write(bytes);
    },
    close: () => {
      over = true;
      if (isOpen) secured.end(() => socket.destroySoon());
      else socket.destroySoon();
    },
    abort: () => {
      over = true;
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    },
  };
}
