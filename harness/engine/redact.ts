import { createPrivateKey } from 'node:crypto';
import type { SigningKey } from '#core/board.ts';
import type { Json } from '#core/canonical.ts';
import type { BoardEntry } from '#core/rig.ts';

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** Shorter text is in everything. */
const SHORTEST = 4;

/** Digits of a key that give it away: 64 bits of hex, 96 of base64. */
const WINDOW = 16;

/** Bytes as people and firmware print them: together, or with a space, colon or dash between. */
const HEX_RUN = /[\da-f]{2}(?:[ :-]?[\da-f]{2}){7,}/gi;
/** Base64 of either alphabet (RFC 4648 4 and 5). */
const BASE64_RUN = /[\w+/-]{16,}/g;

/** Takes secrets out of a value that is about to be recorded or shown. */
export type Redact = <T extends Json>(value: T) => T;

/** What must not be recorded, ready to be looked for. */
interface Secrets {
  /** Texts as they are, in lower case. */
  readonly texts: readonly string[];
  /** Every part of WINDOW characters of keys, without separators, in lower case. */
  readonly hex: ReadonlySet<string>;
  readonly base64: ReadonlySet<string>;
}

function windowsOf(text: string): readonly string[] {
  const count = Math.max(0, text.length - WINDOW + 1);
  return Array.from({ length: count }, (_, at) => text.slice(at, at + WINDOW));
}

/** The bytes of a secret that is written in hex, or of its text. */
function bytesOf(secret: string): Uint8Array {
  const digits = secret.replaceAll(/[ :-]/g, '');
  return Buffer.from(secret, /^(?:[\da-f]{2}){8,}$/i.test(digits) ? 'hex' : 'utf8');
}

/** The private numbers of a key, which a board might print without any PEM around them. */
function privateNumbers(pem: string): readonly Uint8Array[] {
  try {
    const { d, p, q } = createPrivateKey(pem).export({ format: 'jwk' });
    return [d, p, q].filter((part) => part !== undefined).map((part) => Buffer.from(part, 'base64url'));
  } catch {
    return [];
  }
}

function derOf(pem: string): Uint8Array {
  return Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
}

/** What a board's records must never hold: its private keys, and whatever its bench calls a secret. */
function secretsOf({ facts, secrets = [] }: BoardEntry): Secrets {
  const pems = Object.values(facts.firmware.keys).map((key: Partial<SigningKey>) => key.pem ?? '');
  const keys = pems.flatMap((pem) => privateNumbers(pem).concat(derOf(pem)));
  const named = secrets.filter(({ length }) => length >= SHORTEST);
  const all = [...keys, ...named.map(bytesOf)];
  const hex = all
    .flatMap((bytes) => [bytes, bytes.toReversed()])
    .map((one) => Buffer.from(one).toString('hex'));
  const base64 = (['base64', 'base64url'] as const).flatMap((alphabet) =>
    all.map((bytes) => Buffer.from(bytes).toString(alphabet).replace(/=+$/, '')),
  );
  const short = [...hex, ...base64].filter(({ length }) => length >= SHORTEST && length < WINDOW);
  const texts = [...named, ...named.map(encodeURIComponent), ...short].map((text) => text.toLowerCase());
  return {
    // The longest first, so that no part of a secret is left beside a shorter one.
    texts: [...new Set(texts)].toSorted((a, b) => b.length - a.length),
    hex: new Set(hex.flatMap(windowsOf)),
    base64: new Set(base64.flatMap(windowsOf)),
  };
}

function holds(windows: ReadonlySet<string>, run: string): boolean {
  for (let at = 0; at + WINDOW <= run.length; at++) if (windows.has(run.slice(at, at + WINDOW))) return true;
  return false;
}

/** Takes one text out of another, whatever its case. */
function without(text: string, secret: string): string {
  const pattern = secret.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(pattern, 'gi'), REDACTED);
}

function redactText(text: string, { texts, hex, base64 }: Secrets): string {
  if (text.length < SHORTEST) return text;
  const lower = text.toLowerCase();
  const plain = texts
    .filter((secret) => lower.includes(secret))
    .reduce((left, secret) => without(left, secret), text);
  if (plain.length < WINDOW) return plain;
  return plain
    .replaceAll(HEX_RUN, (run) => (holds(hex, run.replaceAll(/[ :-]/g, '').toLowerCase()) ? REDACTED : run))
    .replaceAll(BASE64_RUN, (run) => (holds(base64, run) ? REDACTED : run));
}

function mapText(value: Json | undefined, change: (text: string) => string): Json | undefined {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => mapText(item, change) ?? null);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [change(name), mapText(member, change)]),
  );
}

/** What takes a board's secrets out of text, at the source: before it is hashed, written or shown. */
export function redactorOf(entry: BoardEntry): Redact {
  const secrets = secretsOf(entry);
  const change = (text: string) => redactText(text, secrets);
  return <T extends Json>(value: T) => mapText(value, change) as T;
}
