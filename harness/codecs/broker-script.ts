import { canonical } from '#core/canonical.ts';

/** What a broker says at the beginning of a session in the place of the packet that it owes. */
export interface BrokerScript {
  readonly instead: BrokerPlace;
  /** None: it never comes. */
  readonly bytes: Uint8Array;
  /** How the broker ends the connection behind them; left out: it stays. */
  readonly end?: BrokerEnd;
}

/** A packet that every session begins with. */
export type BrokerPlace = 'connack' | 'suback';

/** In good order, or by a reset of TCP. */
export type BrokerEnd = 'close' | 'reset';

const HEX = /^(?:[0-9a-f]{2})*$/;
/** Longest script that is read. */
const LIMIT = 1 << 20;

/** The script as bytes; the same script gives the same bytes. */
export function encodeBrokerScript({ instead, bytes, end }: BrokerScript): Uint8Array {
  return Buffer.from(canonical({ instead, bytes: Buffer.from(bytes).toString('hex'), end }), 'utf8');
}

/** Reads a script; null for bytes that are none, such as any MQTT packet. */
export function parseBrokerScript(bytes: Uint8Array): BrokerScript | null {
  if (bytes.length > LIMIT || bytes[0] !== 0x7b) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
  const { instead, bytes: hex, end } = value as Readonly<Record<string, unknown>>;
  if (end !== undefined && end !== 'close' && end !== 'reset') return null;
  if (instead !== 'connack' && instead !== 'suback') return null;
  return typeof hex === 'string' && HEX.test(hex)
    ? { instead, bytes: Uint8Array.from(Buffer.from(hex, 'hex')), ...(end !== undefined && { end }) }
    : null;
}
