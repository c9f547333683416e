import type { InputProtocol } from '#core/board.ts';
import type { CallOptions, Identity, InjectReply, Liveness, RadioLink } from '#core/capabilities.ts';
import { PeerError, UsageError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import type { DeviceStatus } from '#codecs/device-status.ts';
import { parseBrokerScript, type BrokerPlace, type BrokerScript } from '#codecs/broker-script.ts';
import { encodeOtaNotice } from '#codecs/ota-notice.ts';
import { parseScript } from '#codecs/server-script.ts';
import { soundScript, type HttpsPlace } from '#codecs/test-issuer.ts';
import type { Hosted, HttpHost } from '#drivers/channel/http-host.ts';
import type { MqttDevice } from '#drivers/channel/mqtt-device.ts';
import type { MqttFront } from '#drivers/channel/mqtt-front.ts';
import type { RogueServer } from '#drivers/channel/rogue-server.ts';
import type { WireCapture } from '#drivers/radio/wire-capture.ts';
import { fetchHostile, fetchSound } from '#drivers/radio/device-fetch.ts';
import { spokenOf } from '#drivers/radio/spoken.ts';

/** What the link reaches the device through. */
export interface MqttHttpOptions {
  readonly device: MqttDevice;
  readonly front: MqttFront;
  readonly host: HttpHost;
  readonly identity: Identity;
  /** Null: the board does not fetch by HTTPS. */
  readonly rogue: { readonly server: RogueServer; readonly place: HttpsPlace } | null;
  /** What passes on the connections. */
  readonly wire: WireCapture;
  /** The last console lines, for a device that does not answer. */
  tail(): string;
}

const READY_MS = 15_000;
/** A device that has not ended a connection by then puts up with how it began. */
const POSED_MS = 7000;
/** Packets that a session begins with, by their first byte. */
const FIRST: Readonly<Record<BrokerPlace, number>> = { connack: 0x20, suback: 0x90 };
/** What comes later than this after injected MQTT bytes is not counted as their answer. */
const QUIET_MS = 300;
const ALIVE_MS = 5_000;
const PING_MS = 500;
const MOST_BYTES = 65_536;

/**
 * Hostile input from the network's side: MQTT bytes appear in the device's connection as from a rogue broker, HTTP bytes
 * are a server's response to a fetch that the device was told to make.
 */
export class MqttHttpRadio implements RadioLink {
  readonly protocols: readonly InputProtocol[];
  readonly #options: MqttHttpOptions;
  /** The last raw response: its connection stays open until the device ends it, or the next one begins. */
  #raw: Hosted | null = null;
  /** What the device last said of itself, which it does at every start. */
  #status: DeviceStatus | null = null;

  constructor(options: MqttHttpOptions) {
    this.#options = options;
    options.device.onStatus((status) => (this.#status = status));
    this.protocols = options.rogue === null ? ['mqtt', 'http'] : ['mqtt', 'http', 'https'];
  }

  async inject(protocol: InputProtocol, bytes: Uint8Array, options: CallOptions): Promise<InjectReply> {
    spokenOf(this.protocols, protocol);
    await this.#connected(options);
    if (protocol === 'mqtt') {
      const script = parseBrokerScript(bytes);
      return script === null ? this.#injectMqtt(bytes, options) : this.#pose(script, options);
    }
    return protocol === 'http' ? this.#injectHttp(bytes, options) : this.#injectHttps(bytes, options);
  }

  /** Alive is a ping answered with its nonce; for the others also a notice fetched and understood. Asked until the deadline. */
  async alive(protocol: InputProtocol, options: CallOptions): Promise<Liveness> {
    spokenOf(this.protocols, protocol);
    const { device, identity } = this.#options;
    const until = device.clock.now() + (options.deadlineMs ?? ALIVE_MS);
    let asked = 0;
    for (let left = until - device.clock.now(); left > 0; left = until - device.clock.now()) {
      asked += 1;
      const pong = await device.ask({ command: 'ping' }, { ...options, deadlineMs: Math.min(left, PING_MS) });
      if (pong === null) continue;
      if (protocol === 'mqtt') return this.#liveness(true, 'MQTT ping with a fresh nonce');
      left = Math.max(1, until - device.clock.now());
      const failure = await this.#fetches(protocol, { ...options, deadlineMs: left });
      return this.#liveness(
        failure === null,
        failure ?? `MQTT ping, and a notice fetched over ${protocol.toUpperCase()}`,
      );
    }
    return {
      alive: false,
      boots: identity.boots().length,
      how: `${asked} pings, no answer; ${this.#options.tail()}`,
    };
  }

  capture(): Uint8Array | null {
    return this.#options.wire.take();
  }

  #liveness(alive: boolean, how: string): Liveness {
    const { boots: starts, reset: resetReason } = this.#status ?? {};
    return {
      alive,
      boots: this.#options.identity.boots().length,
      how,
      ...(starts === undefined ? {} : { starts }),
      ...(resetReason === undefined ? {} : { resetReason }),
    };
  }

  /** Null when a sound notice was fetched and understood. */
  async #fetches(protocol: InputProtocol, options: CallOptions): Promise<string | null> {
    const { device, host } = this.#options;
    if (protocol === 'https') {
      const { server, place } = this.#rogue();
      const script = soundScript(place, Buffer.from(SOUND_NOTICE).toString('latin1'));
      return fetchSound(device, server.play(script).url, options);
    }
    const page = host.file(SOUND_NOTICE);
    try {
      return await fetchSound(device, page.url, options);
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

  /** The device connects anew, to a broker that begins otherwise; then to the real one. */
  async #pose({ instead, ...script }: BrokerScript, options: CallOptions): Promise<InjectReply> {
    const { device, front } = this.#options;
    const reaction = await waitFor<InjectReply['reaction']>(
      {
        clock: device.clock,
        signals: [options.signal, device.closed],
        deadlineMs: POSED_MS,
        onDeadline: () => 'silent',
      },
      (resolve) => {
        front.pose({ ...script, first: FIRST[instead], ended: () => resolve('closed') });
        return () => front.pose(null);
      },
    );
    if (reaction === 'closed') await this.#connected(options);
    return { reaction, bytes: new Uint8Array() };
  }

  #injectHttp(bytes: Uint8Array, options: CallOptions): Promise<InjectReply> {
    const { device, host } = this.#options;
    this.#raw?.remove();
    this.#raw = host.raw(bytes);
    return fetchHostile(device, this.#raw, options);
  }

  /** Bytes that are no script are what the server says in the place of TLS. */
  #injectHttps(bytes: Uint8Array, options: CallOptions): Promise<InjectReply> {
    const { device } = this.#options;
    const first = Buffer.from(bytes).toString('hex');
    const script = parseScript(bytes) ?? { tls: null, first, answers: [], end: 'keep' };
    return fetchHostile(device, this.#rogue().server.play(script), options);
  }

  #rogue(): NonNullable<MqttHttpOptions['rogue']> {
    const { rogue } = this.#options;
    if (rogue !== null) return rogue;
    throw new UsageError({
      code: 'no-https-server',
      message: 'this bench has no server of HTTPS',
      remedy: 'name the host and the authority of the update server where the board is wired',
    });
  }
}

const SOUND_NOTICE = encodeOtaNotice({
  url: 'http://127.0.0.1/none',
  size: 65_536,
  version: '0.0.0',
  project: 'liveness',
  sha256: '0'.repeat(64),
});
