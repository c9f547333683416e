import { randomBytes } from 'node:crypto';
import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { PeerError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import {
  deviceTopics,
  encodeMessage,
  parseDeviceReply,
  type DeviceCommand,
  type DeviceReply,
  type DeviceTopics,
} from '#codecs/device-command.ts';
import {
  parseDeviceStatus,
  parseUpdateProgress,
  type DeviceStatus,
  type UpdateProgress,
} from '#codecs/device-status.ts';
import type { MqttLink } from '#drivers/channel/mqtt-link.ts';

export interface MqttDeviceOptions {
  readonly link: MqttLink;
  readonly clock: Clock;
  /** The device's name in its topics. */
  readonly deviceId: string;
  /** Aborted when the rig closes. */
  readonly closed: AbortSignal;
}

/** A command without its nonce. */
export type Ask =
  { readonly command: 'confirm' | 'restart' | 'ping' } | { readonly command: 'fetch'; readonly url: string };

/** How long one question is waited for when nothing else is said, ms of rig time. */
const ANSWER_MS = 1000;

/** A device that listens on our topics: questions and their answers, and what it says unasked. */
export class MqttDevice {
  readonly clock: Clock;
  readonly closed: AbortSignal;
  readonly #link: MqttLink;
  readonly #topics: DeviceTopics;
  readonly #session = randomBytes(4).toString('hex');
  #count = 0;

  private constructor(options: MqttDeviceOptions) {
    this.clock = options.clock;
    this.closed = options.closed;
    this.#link = options.link;
    this.#topics = deviceTopics(options.deviceId);
  }

  static async open(options: MqttDeviceOptions): Promise<MqttDevice> {
    const device = new MqttDevice(options);
    const { status, reply, update } = device.#topics;
    await options.link.subscribe([status, reply, update]);
    return device;
  }

  /** The answer to a command; null when none came in time (default 1 s). */
  ask(ask: Ask, options: CallOptions): Promise<DeviceReply | null> {
    const nonce = this.#nonce();
    const command: DeviceCommand = { ...ask, nonce };
    return this.#exchange(command, options, (settle) =>
      this.#listen<DeviceReply>(this.#topics.reply, parseDeviceReply, (reply) => {
        if (reply.nonce === nonce) settle(reply);
      }),
    );
  }

  /** The device's status, asked for now; null when none came in time (default 1 s). */
  askStatus(options: CallOptions): Promise<DeviceStatus | null> {
    const nonce = this.#nonce();
    return this.#exchange({ command: 'status', nonce }, options, (settle) =>
      this.#listen<DeviceStatus>(this.#topics.status, parseDeviceStatus, (status) => {
        if (status.nonce === nonce) settle(status);
      }),
    );
  }

  /** As `askStatus`, asked every second until the deadline: a device that is just restarting misses a question. */
  async awaitStatus(options: CallOptions & { readonly deadlineMs: number }): Promise<DeviceStatus | null> {
    const until = this.clock.now() + options.deadlineMs;
    for (let left = options.deadlineMs; left > 0; left = until - this.clock.now()) {
      const status = await this.askStatus({ ...options, deadlineMs: Math.min(left, ANSWER_MS) });
      if (status !== null) return status;
    }
    return null;
  }

  /** Tells the device of an update. */
  announce(notice: Uint8Array): Promise<void> {
    return this.#publish(this.#topics.notice, notice);
  }

  /** Fresh statuses, asked for or not; gives how to stop. */
  onStatus(listener: (status: DeviceStatus) => void): () => void {
    return this.#listen<DeviceStatus>(this.#topics.status, parseDeviceStatus, listener);
  }

  /** How an update goes on; gives how to stop. */
  onUpdate(listener: (progress: UpdateProgress) => void): () => void {
    return this.#listen<UpdateProgress>(this.#topics.update, parseUpdateProgress, listener);
  }

  #exchange<T>(
    command: DeviceCommand,
    options: CallOptions,
    listen: (settle: (answer: T) => void) => () => void,
  ): Promise<T | null> {
    const deadlineMs = options.deadlineMs ?? ANSWER_MS;
    const signals = [options.signal, this.closed];
    return waitFor<T | null>(
      { clock: this.clock, signals, deadlineMs, onDeadline: () => null },
      (resolve, reject) => {
        const stop = listen(resolve);
        this.#publish(this.#topics.command, encodeMessage(command)).catch(reject);
        return stop;
      },
    );
  }

  /** Rig time rests until the broker has taken the message. */
  async #publish(topic: string, payload: Uint8Array): Promise<void> {
    const release = this.clock.hold();
    try {
      await this.#link.publish(topic, payload);
    } finally {
      release();
    }
  }

  #listen<T>(
    topic: string,
    parse: (bytes: Uint8Array) => T | PeerError,
    listener: (message: T) => void,
  ): () => void {
    return this.#link.onMessage((message) => {
      if (message.topic !== topic || message.retained) return;
      const read = parse(message.payload);
      if (!(read instanceof PeerError)) listener(read);
    });
  }

  #nonce(): string {
    this.#count += 1;
    return `${this.#session}-${this.#count}`;
  }
}
