import type { CallOptions, InjectReply } from '#core/capabilities.ts';
import { encodeMessage } from '#codecs/device-command.ts';
import type { MqttDevice } from '#drivers/channel/mqtt-device.ts';

/** Something that a device can be told to fetch. */
export interface Fetchable {
  readonly url: string;
  /** Calls back when a connection that asked for it ends. */
  onClosed(listener: () => void): void;
}

/** The device gives a silent server 5 s, and a dripping one 20. */
const FETCH_MS = 25_000;
/** From the end of its connection until a device has surely said what it made of the response. */
const VERDICT_MS = 500;

const GAVE_UP = new Error('the device closed the connection without a word');

/** Tells a device to fetch something hostile; what it says of it is its answer, and `ok` means that it took it. */
export async function fetchHostile(
  device: MqttDevice,
  page: Fetchable,
  options: CallOptions,
): Promise<InjectReply> {
  const gaveUp = new AbortController();
  const verdicts: unknown[] = [];
  page.onClosed(() => {
    for (const earlier of verdicts.splice(0)) device.clock.clearTimeout(earlier);
    verdicts.push(device.clock.setTimeout(() => gaveUp.abort(GAVE_UP), VERDICT_MS));
  });
  const signal = AbortSignal.any([options.signal, gaveUp.signal]);
  try {
    const ask = { command: 'fetch', url: page.url } as const;
    const reply = await device.ask(ask, { deadlineMs: FETCH_MS, ...options, signal });
    if (reply === null) return { reaction: 'silent', bytes: new Uint8Array() };
    return { reaction: 'answered', bytes: encodeMessage(reply), accepted: reply.result === 'ok' };
  } catch (error) {
    if (error !== GAVE_UP) throw error;
    return { reaction: 'closed', bytes: new Uint8Array() };
  } finally {
    for (const verdict of verdicts) device.clock.clearTimeout(verdict);
  }
}

/** Tells a device to fetch something sound; null when it took it, else what it said. */
export async function fetchSound(
  device: MqttDevice,
  url: string,
  options: CallOptions,
): Promise<string | null> {
  const reply = await device.ask({ command: 'fetch', url }, options);
  if (reply?.result === 'ok') return null;
  const scheme = new URL(url).protocol.slice(0, -1).toUpperCase();
  return reply === null
    ? `a fetch over ${scheme} was not answered`
    : `a sound notice over ${scheme} was refused: ${reply.reason}`;
}
