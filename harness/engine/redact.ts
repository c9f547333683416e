import { createPrivateKey } from 'node:crypto';
import type { SigningKey } from '#core/board.ts';
import type { Json } from '#core/canonical.ts';
import type { BoardEntry } from '#core/rig.ts';

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** Shorter runs of a key's text are in everything. */
const SHORTEST_PART = 16;

/** One letter alone would redact everything. */
const SHORTEST_FORM = 4;

/** Takes secrets out of a value that is about to be recorded or shown. */
export type Redact = <T extends Json>(value: T) => T;

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

/** Bytes as hex digits, as people and firmware print them: together, or with a space, colon or dash between. */
function asHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('[ :-]?');
}

/** Every form that bytes take in text: hex in either byte order, base64 with either alphabet. */
function formsOf(bytes: Uint8Array): readonly string[] {
  const base64 = Buffer.from(bytes).toString('base64').replace(/=+$/, '');
  const url = Buffer.from(bytes).toString('base64url');
  return [asHex(bytes), asHex(bytes.toReversed()), literally(base64), literally(url)];
}

function formsOfText(secret: string): readonly string[] {
  const digits = secret.replaceAll(/[ :-]/g, '');
  const bytes = /^(?:[\da-f]{2}){8,}$/i.test(digits) ? Buffer.from(digits, 'hex') : Buffer.from(secret);
  return [literally(secret), literally(encodeURIComponent(secret)), ...formsOf(bytes)];
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

function formsOfKey(pem: string): readonly string[] {
  const lines = pem.split('\n').filter((line) => !line.startsWith('-----') && line.length >= SHORTEST_PART);
  const der = Buffer.from(lines.join(''), 'base64');
  return [...lines.map(literally), ...formsOf(der), ...privateNumbers(pem).flatMap(formsOf)];
}

/** What a board's records must never hold: its private keys, and whatever its bench calls a secret. */
function patternsOf({ facts, secrets = [] }: BoardEntry): readonly string[] {
  const keys: readonly Partial<SigningKey>[] = Object.values(facts.firmware.keys);
  const forms = [...keys.flatMap(({ pem }) => formsOfKey(pem ?? '')), ...secrets.flatMap(formsOfText)];
  // The longest first, so that no part of a secret is left beside a shorter one.
  return [...new Set(forms)]
    .filter((form) => form.length >= SHORTEST_FORM)
    .toSorted((a, b) => b.length - a.length);
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
  const patterns = patternsOf(entry);
  if (patterns.length === 0) return (value) => value;
  const any = new RegExp(patterns.join('|'), 'gi');
  const change = (text: string) => text.replaceAll(any, REDACTED);
  return <T extends Json>(value: T) => mapText(value, change) as T;
}
