import type { InputProtocol } from '#core/board.ts';
import type { CallOptions, Identity, InjectReply, Liveness, RadioLink } from '#core/capabilities.ts';
import { PeerError, UsageError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import { encodeMessage } from '#codecs/device-command.ts';
import { encodeOtaNotice } from '#codecs/ota-notice.ts';
import type { Hosted, HttpHost } from '#drivers/channel/http-host.ts';
import type { MqttDevice } from '#drivers/channel/mqtt-device.ts';
import type { MqttFront } from '#drivers/channel/mqtt-front.ts';

/** What the link reaches the device through. */
export interface MqttHttpOptions {
  readonly device: MqttDevice;
  readonly front: MqttFront;
  readonly host: HttpHost;
  readonly identity: Identity;
  /** The last console lines, for a device that does not answer. */
  tail(): string;
}

const READY_MS = 15_000;
/** What comes later than this after injected MQTT bytes is not counted as their answer. */
const QUIET_MS = 300;
/** The device gives a silent server 5 s, and a dripping one 20. */
const FETCH_MS = 25_000;
/** From the end of its connection until a device has surely said what it made of the response. */
const VERDICT_MS = 500;
const ALIVE_MS = 5_000;
const PING_MS = 500;
const MOST_BYTES = 65_536;

/**
 * Hostile input from the network's side: MQTT bytes appear in the device's connection as from a rogue broker, HTTP bytes
 * are a server's response to a fetch that the device was told to make.
 */
export class MqttHttpRadio implements RadioLink {
  readonly protocols: readonly InputProtocol[] = ['mqtt', 'http'];
  readonly #options: MqttHttpOptions;
  /** The last raw response: its connection stays open until the device ends it, or the next one begins. */
  #raw: Hosted | null = null;

  constructor(options: MqttHttpOptions) {
    this.#options = options;
  }

  async inject(protocol: InputProtocol, bytes: Uint8Array, options: CallOptions): Promise<InjectReply> {
    this.#check(protocol);
    await this.#connected(options);
    return protocol === 'mqtt' ? this.#injectMqtt(bytes, options) : this.#injectHttp(bytes, options);
  }

  /** Alive is a ping answered with its nonce; for `http` also a notice fetched and understood. Asked until the deadline. */
  async alive(protocol: InputProtocol, options: CallOptions): Promise<Liveness> {
    this.#check(protocol);
    const { device, identity } = this.#options;
    const until = device.clock.now() + (options.deadlineMs ?? ALIVE_MS);
    let asked = 0;
    for (let left = until - device.clock.now(); left > 0; left = until - device.clock.now()) {
      asked += 1;
      const pong = await device.ask({ command: 'ping' }, { ...options, deadlineMs: Math.min(left, PING_MS) });
      if (pong === null) continue;
      if (protocol === 'mqtt') return this.#liveness(true, 'MQTT ping with a fresh nonce');
      left = Math.max(1, until - device.clock.now());
      const failure = await this.#fetches({ ...options, deadlineMs: left });
      return this.#liveness(failure === null, failure ?? 'MQTT ping, and a notice fetched over HTTP');
    }
    return {
      alive: false,
      boots: identity.boots().length,
      how: `${asked} pings, no answer; ${this.#options.tail()}`,
    };
  }

  #liveness(alive: boolean, how: string): Liveness {
    return { alive, boots: this.#options.identity.boots().length, how };
  }

  /** Null when a sound notice was fetched and understood. */
  async #fetches(options: CallOptions): Promise<string | null> {
    const { device, host } = this.#options;
    const page = host.file(SOUND_NOTICE);
    try {
      const reply = await device.ask({ command: 'fetch', url: page.url }, options);
      if (reply?.result === 'ok') return null;
      return reply === null
        ? 'a fetch over HTTP was not answered'
        : `a sound notice was refused: ${reply.reason}`;
    } finally {
      page.remove();
    }
  }

  #connected(options: CallOptions): Promise<void> {
    const { device, front } = this.#options;
    if (front.ready) return Promise.resolve();
    const onDeadline = () => {
      throw new PeerError({
        code: 'device-not-connected',
        message: 'the device is not connected to its broker',
        expected: `a connection within ${READY_MS} ms of rig time`,
        got: this.#options.tail(),
        remedy: 'check that the board runs and knows the address of the bench',
      });
    };
    const signals = [options.signal, device.closed];
    return waitFor<void>({ clock: device.clock, signals, deadlineMs: READY_MS, onDeadline }, (resolve) =>
      front.onReady(resolve),
    );
  }

  #injectMqtt(bytes: Uint8Array, options: CallOptions): Promise<InjectReply> {
    const { device, front } = this.#options;
    const heard: Uint8Array[] = [];
    const reply = (closed: boolean): InjectReply => ({
      reaction: closed ? 'closed' : heard.length > 0 ? 'answered' : 'silent',
      bytes: Buffer.concat(heard).subarray(0, MOST_BYTES),
    });
    const signals = [options.signal, device.closed];
    const deadlineMs = options.deadlineMs ?? QUIET_MS;
    return waitFor<InjectReply>(
      { clock: device.clock, signals, deadlineMs, onDeadline: () => reply(false) },
      (resolve) => {
        const stop = front.observe({
          sent: (sent) => heard.push(sent),
          closed: () => resolve(reply(true)),
        });
        front.inject(bytes);
        return stop;
      },
    );
  }

  async #injectHttp(bytes: Uint8Array, options: CallOptions): Promise<InjectReply> {
    const { device, host } = this.#options;
    this.#raw?.remove();
    const page = host.raw(bytes);
    this.#raw = page;
    const gaveUp = new AbortController();
    let verdict: unknown = null;
    page.onClosed(() => (verdict ??= device.clock.setTimeout(() => gaveUp.abort(GAVE_UP), VERDICT_MS)));
    const signal = AbortSignal.any([options.signal, gaveUp.signal]);
    try {
      const ask = { command: 'fetch', url: page.url } as const;
      const reply = await device.ask(ask, { deadlineMs: FETCH_MS, ...options, signal });
      if (reply === null) return { reaction: 'silent', bytes: new Uint8Array() };
      return { reaction: 'answered', bytes: encodeMessage(reply) };
    } catch (error) {
      if (error !== GAVE_UP) throw error;
      return { reaction: 'closed', bytes: new Uint8Array() };
    } finally {
      device.clock.clearTimeout(verdict);
      verdict = 'over';
    }
  }

  #check(protocol: InputProtocol): void {
    if (this.protocols.includes(protocol)) return;
    throw new UsageError({
      code: 'unknown-protocol',
      message: 'this link speaks other protocols',
      expected: this.protocols.join(', '),
      got: protocol,
      remedy: 'take a protocol from the inputs of the board',
    });
  }
}

const GAVE_UP = new Error('the device closed the connection without a word');

const SOUND_NOTICE = encodeOtaNotice({
  url: 'http://127.0.0.1/none',
  size: 65_536,
  version: '0.0.0',
  project: 'liveness',
  sha256: '0'.repeat(64),
});
