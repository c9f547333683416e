import { ppk2About, type Ppk2About } from '#codecs/ppk2-calibration.ts';
import {
  PPK2_VOLTS,
  ppk2Metadata,
  type Ppk2Mode,
  ppk2Mode,
  ppk2Power,
  ppk2Start,
  ppk2Stop,
  ppk2Voltage,
} from '#codecs/ppk2-commands.ts';
import { PPK2_RATE, type Ppk2Load, ppk2Load, Ppk2Reader } from '#codecs/ppk2-samples.ts';
import type { CallOptions, Channel, PowerControl } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import type { CurrentReading } from '#core/current.ts';
import { BenchError, UsageError } from '#core/errors.ts';
import { Dialogue } from '#drivers/dialogue.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { type OffReading, supplyStillOn, SwitchedPower } from '#drivers/power/switched.ts';

export interface Ppk2Settings {
  /** The kit's port: `serial({ path: '/dev/serial/by-id/usb-Nordic_Semiconductor_PPK2_...' })`. */
  readonly link: Instrument<Channel>;
  /** Supply of the board; in mode `ampere` what its own supply gives, which the calibration needs. 800 to 5000. */
  readonly millivolts: number;
  /** Default `source`: the kit is the supply. */
  readonly mode?: Ppk2Mode;
  /** Average current below which the board counts as off. Default 100 µA. */
  readonly offBelowUa?: number;
}

const BYTES = 4;
/** Measured after switching, milliseconds. */
const MEASURE_MS = 20;
/** What was still under way when the kit was told to stop. */
const DRAIN_MS = 100;
/** Longest that capacitors behind the kit may go on to draw. */
const FALL_MS = 2000;
const OFF_UA = 100;

/** Nordic's Power Profiler Kit II: supplies a board or sits in its supply, switches it, and measures what it draws. */
export function ppk2(settings: Ppk2Settings): Instrument<PowerControl> {
  const { link, millivolts, mode = 'source' } = settings;
  return {
    description: `PPK2 on ${link.description}, ${mode} meter at ${millivolts} mV`,
    open: async (context) => {
      checkVoltage(millivolts);
      const dialogue = new Dialogue(await link.open(context), context.clock);
      try {
        const kit = await Ppk2.start(dialogue, context.clock, settings, context);
        return new SwitchedPower(kit, context);
      } catch (error) {
        await dialogue[Symbol.asyncDispose]();
        throw error;
      }
    },
    ...(link.examine === undefined ? {} : { examine: link.examine }),
  };
}

class Ppk2 {
  readonly reset = null;
  readonly verified = 'the PPK2 was not asked';
  readonly #dialogue: Dialogue;
  readonly #clock: Clock;
  readonly #settings: Ppk2Settings;
  readonly #about: Ppk2About;
  /** What the board drew right after it was switched on. */
  #before: Ppk2Load | null = null;

  private constructor(dialogue: Dialogue, clock: Clock, settings: Ppk2Settings, about: Ppk2About) {
    this.#dialogue = dialogue;
    this.#clock = clock;
    this.#settings = settings;
    this.#about = about;
  }

  static async start(
    dialogue: Dialogue,
    clock: Clock,
    settings: Ppk2Settings,
    options: CallOptions,
  ): Promise<Ppk2> {
    const { millivolts, mode = 'source' } = settings;
    const call = { signal: options.signal };
    // A kit that measures since its last user answers nothing but samples.
    await dialogue.tell(ppk2Stop(), call);
    await clock.sleep(DRAIN_MS, options.signal);
    const about = await dialogue.ask(ppk2Metadata(), ppk2About, call);
    await dialogue.tell(ppk2Mode(mode), call);
    await dialogue.tell(ppk2Voltage(millivolts), call);
    return new Ppk2(dialogue, clock, settings, about);
  }

  async on(options: CallOptions): Promise<void> {
    await this.#dialogue.tell(ppk2Power(true), options);
    this.#before = await this.#measure(options);
  }

  off(options: CallOptions): Promise<void> {
    return this.#dialogue.tell(ppk2Power(false), options);
  }

  async readBack(options: CallOptions): Promise<OffReading> {
    const limit = this.#settings.offBelowUa ?? OFF_UA;
    const until = this.#clock.now() + FALL_MS;
    for (;;) {
      const load = await this.#measure(options);
      if (load.averageUa < limit) return { verified: this.#told(load, limit) };
      if (this.#clock.now() >= until) {
        throw supplyStillOn(
          'the PPK2',
          told(load),
          'look for a second supply of the board: a debug probe, a UART adapter',
        );
      }
    }
  }

  /** Average and peak over 20 ms, ended by when it was asked. */
  async measure(options: CallOptions): Promise<CurrentReading> {
    const { averageUa, peakUa } = await this.#measure(options);
    return { atMs: this.#clock.now(), averageUa, peakUa };
  }

  close(): Promise<void> {
    return this.#dialogue[Symbol.asyncDispose]();
  }

  #told(load: Ppk2Load, limit: number): string {
    const before = this.#before;
    if (before === null) return `${told(load)} after switching off`;
    const drop = `${told(load)} after switching off; ${told(before)} when it was switched on`;
    return before.averageUa < limit ? `${drop}, which is no more: the drop is not shown` : drop;
  }

  async #measure(options: CallOptions): Promise<Ppk2Load> {
    const wanted = (PPK2_RATE / 1000) * MEASURE_MS * BYTES;
    const { signal } = options;
    const bytes = await this.#dialogue.ask(
      ppk2Start(),
      (received) => (received.length < wanted ? null : received.slice(0, wanted)),
      { signal },
    );
    await this.#dialogue.tell(ppk2Stop(), { signal });
    await this.#clock.sleep(DRAIN_MS, signal);
    const reader = new Ppk2Reader(this.#about.calibration, this.#settings.millivolts);
    const load = ppk2Load(reader.push(bytes));
    if (load !== null) return load;
    throw new BenchError({
      code: 'ppk2-samples',
      message: 'the PPK2 measured nothing',
      remedy: 'unplug the kit and plug it in again',
    });
  }
}

function told({ averageUa, peakUa, samples }: Ppk2Load): string {
  return `${averageUa.toFixed(1)} µA on average, peak ${peakUa.toFixed(1)} µA, over ${samples} samples`;
}

function checkVoltage(millivolts: number): void {
  const { min, max } = PPK2_VOLTS;
  if (Number.isInteger(millivolts) && millivolts >= min && millivolts <= max) return;
  throw new UsageError({
    code: 'ppk2-voltage',
    message: 'the PPK2 cannot supply this voltage',
    expected: `${min} to ${max} mV`,
    got: `${millivolts} mV`,
    remedy: 'correct millivolts in the bench file',
  });
}
