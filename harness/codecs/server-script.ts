import { canonical, type Json } from '#core/canonical.ts';
import { PeerError } from '#core/errors.ts';

/** What happens to the TLS records of a server on their way out. */
export type RecordTrouble =
  | {
      /** `stall`: nothing more comes; `cut`: the connection ends; both behind so many records. */
      readonly kind: 'stall' | 'cut';
      readonly after: number;
    }
  /** Records in the clear are sent in pieces of so many bytes, each a record of its own. */
  | { readonly kind: 'split'; readonly size: number }
  /** These bytes (hexadecimal) come behind so many records; what follows is dropped unless it is to go on. */
  | { readonly kind: 'insert'; readonly after: number; readonly bytes: string; readonly goOn: boolean };

/** How a server shows itself by TLS. */
export interface TlsFace {
  /** PEM, the server's own first. */
  readonly chain: string;
  /** PKCS#8 PEM. */
  readonly key: string;
  readonly min?: TlsVersion;
  readonly max?: TlsVersion;
  /** As OpenSSL names cipher suites. */
  readonly ciphers?: string;
  readonly alpn?: readonly string[];
}

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** What a server of HTTPS does, from the first byte to the last: enough to do it again without what made it up. */
export interface ServerScript {
  /** Null: what comes is not TLS. */
  readonly tls: TlsFace | null;
  /** Sent as soon as the client has said anything, in the place of TLS; hexadecimal. */
  readonly first?: string;
  readonly records?: RecordTrouble;
  /** The n-th request gets the n-th answer, later ones the last. `{https}` and `{plain}` become addresses of the server. */
  readonly answers: readonly string[];
  /** After an answer: the connection stays, is closed as TLS wants it, or just ends. */
  readonly end: 'keep' | 'close' | 'cut';
  /** Answers go out in pieces of so many bytes, so many ms apart. */
  readonly pace?: { readonly bytes: number; readonly ms: number };
}

const VERSIONS: ReadonlySet<unknown> = new Set<TlsVersion>(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
const HEX = /^(?:[0-9a-f]{2})*$/;
/** Longest script that is read. */
const LIMIT = 1 << 20;

/** The script as bytes; the same script gives the same bytes. */
export function encodeScript(script: ServerScript): Uint8Array {
  return Buffer.from(canonical(script as unknown as Json), 'utf8');
}

/** Reads a script; null for bytes that are none. */
export function parseScript(bytes: Uint8Array): ServerScript | null {
  if (bytes.length > LIMIT) return null;
  try {
    return scriptOf(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof PeerError) return null;
    throw error;
  }
}

type Members = Readonly<Record<string, unknown>>;

function scriptOf(value: unknown): ServerScript {
  const { tls, first, records, answers, end, pace } = membersOf(value, 'script');
  check(Array.isArray(answers) && answers.every((one) => typeof one === 'string'), 'answers');
  check(end === 'keep' || end === 'close' || end === 'cut', 'end');
  return {
    tls: tls === null ? null : faceOf(tls),
    ...(first !== undefined && { first: hexOf(first, 'first') }),
    ...(records !== undefined && { records: troubleOf(records) }),
    answers: answers as readonly string[],
    end: end as ServerScript['end'],
    ...(pace !== undefined && { pace: paceOf(pace) }),
  };
}

function faceOf(value: unknown): TlsFace {
  const { chain, key, min, max, ciphers, alpn } = membersOf(value, 'tls');
  for (const version of [min, max]) check(version === undefined || VERSIONS.has(version), 'version');
  check(alpn === undefined || (Array.isArray(alpn) && alpn.every((one) => typeof one === 'string')), 'alpn');
  check(ciphers === undefined || typeof ciphers === 'string', 'ciphers');
  return {
    chain: textOf(chain, 'chain'),
    key: textOf(key, 'key'),
    ...(min !== undefined && { min: min as TlsVersion }),
    ...(max !== undefined && { max: max as TlsVersion }),
    ...(ciphers !== undefined && { ciphers: ciphers as string }),
    ...(alpn !== undefined && { alpn: alpn as readonly string[] }),
  };
}

function troubleOf(value: unknown): RecordTrouble {
  const { kind, after, size, bytes, goOn } = membersOf(value, 'records');
  if (kind === 'split') return { kind, size: numberOf(size, 'size', 1) };
  if (kind === 'insert') {
    return { kind, after: numberOf(after, 'after'), bytes: hexOf(bytes, 'bytes'), goOn: goOn === true };
  }
  check(kind === 'stall' || kind === 'cut', 'kind');
  return { kind: kind as 'stall' | 'cut', after: numberOf(after, 'after') };
}

function paceOf(value: unknown): NonNullable<ServerScript['pace']> {
  const { bytes, ms } = membersOf(value, 'pace');
  return { bytes: numberOf(bytes, 'bytes', 1), ms: numberOf(ms, 'ms') };
}

function membersOf(value: unknown, what: string): Members {
  check(typeof value === 'object' && value !== null && !Array.isArray(value), what);
  return value as Members;
}

function textOf(value: unknown, what: string): string {
  check(typeof value === 'string', what);
  return value as string;
}

function hexOf(value: unknown, what: string): string {
  check(typeof value === 'string' && HEX.test(value), what);
  return value as string;
}

function numberOf(value: unknown, what: string, least = 0): number {
  check(typeof value === 'number' && Number.isInteger(value) && value >= least, what);
  return value as number;
}

function check(fits: boolean, what: string): void {
  if (fits) return;
  throw new PeerError({
    code: 'server-script',
    message: `${what} of a server script does not fit`,
    remedy: 'take a script that `encodeScript` has written',
  });
}
