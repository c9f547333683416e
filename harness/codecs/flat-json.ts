import { PeerError } from '#core/errors.ts';

/** A member of a flat object. */
export type FlatValue = string | number | boolean | null;

/** A member of an object of limited depth. Arrays are never needed, and refused. */
export type TreeValue = FlatValue | JsonTree;

/** An object whose members may be objects. */
export type JsonTree = ReadonlyMap<string, TreeValue>;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const BLANKS = /[ \t\r\n]*/y;

/** What a reader of our JSON messages says of one that does not fit. */
export function messageError(code: string, message: string, expected: string, got: string): PeerError {
  return new PeerError({
    code,
    message,
    expected,
    got: got.slice(0, 120),
    remedy: 'look at what the sender published; the message formats are in harness/codecs',
  });
}

/** Runs a reader; gives its result, or the PeerError it ended with. */
export function readOrError<T>(read: () => T): T | PeerError {
  try {
    return read();
  } catch (error) {
    if (error instanceof PeerError) return error;
    throw error;
  }
}

/**
 * Reads one JSON object without nested values (RFC 8259), of at most `limit` bytes, each name once: the depth of hostile
 * text costs nothing. Throws PeerError: `json-length`, `json-utf8`, `json-depth`, `json-syntax`, `json-duplicate`.
 */
export function parseFlatJson(bytes: Uint8Array, limit: number): Map<string, FlatValue> {
  return parseJsonTree(bytes, limit, 1) as Map<string, FlatValue>;
}

/** As `parseFlatJson`, with objects within each other, at most `depth` of them; throws the same. */
export function parseJsonTree(bytes: Uint8Array, limit: number, depth: number): Map<string, TreeValue> {
  if (bytes.length > limit) {
    throw messageError('json-length', 'message too long', `at most ${limit} bytes`, `${bytes.length} bytes`);
  }
  const scan = new Scanner(decodeUtf8(bytes));
  const members = scan.object(depth);
  scan.end();
  return members;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new PeerError({
      code: 'json-utf8',
      message: 'message is not UTF-8',
      remedy: 'look at what the sender published',
      cause,
    });
  }
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** An object with at most `depth - 1` objects within each other in it: the recursion is bounded by the caller. */
  object(depth: number): Map<string, TreeValue> {
    const members = new Map<string, TreeValue>();
    this.expect('{');
    if (this.skip('}')) return members;
    do {
      const name = this.string();
      if (members.has(name)) throw messageError('json-duplicate', 'a name comes twice', 'each once', name);
      this.expect(':');
      members.set(name, this.value(depth - 1));
    } while (this.skip(','));
    this.expect('}');
    return members;
  }

  skip(mark: string): boolean {
    this.#match(BLANKS);
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  expect(mark: string): void {
    if (!this.skip(mark)) throw this.#syntax(mark);
  }

  string(): string {
    this.#match(BLANKS);
    const token = this.#match(STRING);
    if (token === undefined) throw this.#syntax('a string');
    return JSON.parse(token) as string;
  }

  value(depth: number): TreeValue {
    this.#match(BLANKS);
    const next = this.#text[this.#at];
    if (next === '{' && depth > 0) return this.object(depth);
    if (next === '{' || next === '[') {
      throw messageError('json-depth', 'a nested value', 'strings, numbers, true, false, null', next);
    }
    if (next === '"') return this.string();
    const token = this.#match(SCALAR);
    if (token === undefined) throw this.#syntax('a value');
    return JSON.parse(token) as FlatValue;
  }

  end(): void {
    this.#match(BLANKS);
    if (this.#at < this.#text.length) throw this.#syntax('nothing more');
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0];
    this.#at += token?.length ?? 0;
    return token;
  }

  #syntax(expected: string): PeerError {
    const got = JSON.stringify(this.#text.slice(this.#at, this.#at + 20));
    return messageError('json-syntax', `not the JSON we expect, at character ${this.#at}`, expected, got);
  }
}
