import { PeerError } from '#core/errors.ts';

/** Status line and header fields of a response. */
export interface HttpHead {
  readonly version: '1.0' | '1.1';
  readonly status: number;
  /** In the order they came; names in lower case, values without surrounding blanks. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** How a response's body ends (RFC 9112, 6.3). */
export type HttpFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

const STATUS_LINE = /^HTTP\/(1\.[01]) ([1-5]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*?)[\t ]*$/;

/** What the parser says of bytes that are no response, or one beyond its limits. */
export function httpError(code: string, message: string, expected: string, got: string): PeerError {
  return new PeerError({
    code: `http-${code}`,
    message: `HTTP: ${message}`,
    expected,
    got: JSON.stringify(got.slice(0, 80)),
    remedy: 'close the connection and look at what the server sent',
  });
}

/** First line of a response. Throws PeerError. */
export function parseStatusLine(line: string): Pick<HttpHead, 'version' | 'status'> {
  const match = STATUS_LINE.exec(line);
  if (!match) throw httpError('status-line', 'not a status line', 'HTTP/1.1 200 OK', line);
  return { version: match[1] === '1.0' ? '1.0' : '1.1', status: Number(match[2]) };
}

/** One header or trailer line; folded lines are refused (RFC 9112, 5.2). Throws PeerError. */
export function parseField(line: string): [name: string, value: string] {
  const match = FIELD.exec(line);
  if (!match) throw httpError('header', 'not a header field', 'name: value', line);
  return [(match[1] ?? '').toLowerCase(), match[2] ?? ''];
}

/** Every value of a header. */
export function headerValues(head: HttpHead, name: string): string[] {
  return head.headers.filter(([key]) => key === name).map(([, value]) => value);
}

/** Decides how the body ends; what two readers could read differently is refused. Throws PeerError. */
export function framingOf(head: HttpHead): HttpFraming {
  const codings = headerValues(head, 'transfer-encoding');
  const lengths = headerValues(head, 'content-length');
  if (head.status === 204 || head.status === 304) return { kind: 'none' };
  if (codings.length > 0) {
    if (lengths.length > 0) {
      throw httpError('framing', 'length and coding together (RFC 9112, 6.1)', 'one of them', 'both');
    }
    if (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked' || head.version === '1.0') {
      throw httpError('framing', 'transfer coding', 'chunked, in HTTP/1.1', codings.join(', '));
    }
    return { kind: 'chunked' };
  }
  if (lengths.length === 0) return { kind: 'until-close' };
  const [length = ''] = lengths;
  if (lengths.length > 1 || !/^\d{1,15}$/.test(length)) {
    throw httpError('content-length', 'Content-Length', 'one decimal number', lengths.join(', '));
  }
  return { kind: 'length', length: Number(length) };
}
