import { meteredWatts, powerCommand, relayState, type TasmotaRelay, tasmotaTopic } from '#codecs/tasmota.ts';
import type { CallOptions, PowerControl } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { BenchError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import { type Delivered, MqttLink } from '#drivers/channel/mqtt-link.ts';
import { type Address, Tcp } from '#drivers/channel/tcp.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { type OffReading, SwitchedPower } from '#drivers/power/switched.ts';
import { plugUntilOff } from '#drivers/power/until-off.ts';

export interface TasmotaSettings extends TasmotaRelay {
  /** The broker that the plug talks to; named in the bench file, so it may be any of yours. */
  readonly broker: Address;
}

const ANSWER_MS = 5000;

/** A plug with the firmware Tasmota, over MQTT (https://tasmota.github.io/docs/Commands/). */
export function tasmotaPower(settings: TasmotaSettings): Instrument<PowerControl> {
  const { broker, topic } = settings;
  return {
    description: `Tasmota plug ${topic} by the broker at ${broker.host}:${broker.port}`,
    open: async (context) => {
      const plug = await TasmotaPlug.open(settings, context.clock, context);
      return new SwitchedPower(plug, context);
    },
  };
}

class TasmotaPlug {
  readonly reset = null;
  readonly verified = 'the plug was not asked';
  readonly #link: MqttLink;
  readonly #settings: TasmotaSettings;
  readonly #clock: Clock;

  private constructor(link: MqttLink, settings: TasmotaSettings, clock: Clock) {
    this.#link = link;
    this.#settings = settings;
    this.#clock = clock;
  }

  static async open(settings: TasmotaSettings, clock: Clock, { signal }: CallOptions): Promise<TasmotaPlug> {
    const { broker, topic } = settings;
    const tcp = new Tcp({ allow: [broker.host] });
    const link = await MqttLink.open(tcp, broker, `assay-${topic}-${process.pid}`);
    const plug = new TasmotaPlug(link, settings, clock);
    try {
      await link.subscribe([tasmotaTopic(settings, 'stat', '+')]);
      await plug.#state('', { signal });
    } catch (error) {
      await link.close();
      throw error;
    }
    return plug;
  }

  on(options: CallOptions): Promise<void> {
    return this.#set(true, options);
  }

  off(options: CallOptions): Promise<void> {
    return this.#set(false, options);
  }

  readBack(options: CallOptions): Promise<OffReading> {
    const read = async ({ signal }: CallOptions) => ({
      on: await this.#state('', { signal }),
      watts: await this.#watts({ signal }),
    });
    return plugUntilOff(`Tasmota plug ${this.#settings.topic}`, read, this.#clock, options);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  async #set(on: boolean, { signal }: CallOptions): Promise<void> {
    const isOn = await this.#state(on ? 'ON' : 'OFF', { signal });
    if (isOn !== on) throw stuck(this.#settings.topic, on);
  }

  /** Sends the power command, empty for a question; its answer is the relay's state. */
  #state(word: string, options: CallOptions): Promise<boolean> {
    const settings = this.#settings;
    const read = (payload: Uint8Array) => relayState(settings, payload);
    return this.#ask(powerCommand(settings), word, 'RESULT', read, options);
  }

  async #watts(options: CallOptions): Promise<number | null> {
    const read = (payload: Uint8Array) => ({ watts: meteredWatts(payload) });
    return (await this.#ask('STATUS', '10', 'STATUS10', read, options)).watts;
  }

  #ask<T>(
    command: string,
    word: string,
    answer: string,
    read: (payload: Uint8Array) => T | null,
    options: CallOptions,
  ) {
    const { topic } = this.#settings;
    const onDeadline = () => silent(topic, tasmotaTopic(this.#settings, 'stat', answer));
    const wait = { clock: this.#clock, signals: [options.signal], deadlineMs: ANSWER_MS, onDeadline };
    const wanted = tasmotaTopic(this.#settings, 'stat', answer);
    return waitFor<T>(wait, (resolve, reject) => {
      const heard = (message: Delivered) => {
        if (message.topic !== wanted || message.retained) return;
        try {
          const value = read(message.payload);
          if (value !== null) resolve(value);
        } catch (error) {
          reject(error);
        }
      };
      const stop = this.#link.onMessage(heard);
      this.#link
        .publish(tasmotaTopic(this.#settings, 'cmnd', command), new TextEncoder().encode(word))
        .catch(reject);
      return stop;
    });
  }
}

function silent(topic: string, expected: string): never {
  throw new BenchError({
    code: 'instrument-silent',
    message: `the Tasmota plug ${topic} did not answer within ${ANSWER_MS} ms`,
    expected: `a message on ${expected}`,
    remedy: 'check Topic and FullTopic of the plug, and that it is connected to this broker',
  });
}

function stuck(topic: string, on: boolean): BenchError {
  return new BenchError({
    code: on ? 'supply-not-on' : 'supply-still-on',
    message: `the Tasmota plug ${topic} did not switch`,
    expected: on ? 'ON' : 'OFF',
    got: on ? 'OFF' : 'ON',
    remedy: 'look for a rule, a PulseTime or an interlock on the plug',
  });
}
