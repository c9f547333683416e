import { scpiError, scpiLine, scpiMessage, scpiNumber } from '#codecs/scpi.ts';
import type { CallOptions, Channel, PowerControl } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { BenchError, UsageError } from '#core/errors.ts';
import { Dialogue } from '#drivers/dialogue.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { type OffReading, supplyStillOn, SwitchedPower } from '#drivers/power/switched.ts';

export interface ScpiSettings {
  /** The supply's socket (raw SCPI, port 5025 on most) or serial port. */
  readonly link: Instrument<Channel>;
  readonly millivolts: number;
  /** Current limit. */
  readonly milliamps: number;
  /** Sent before each group of commands to a supply with several outputs: `INST:NSEL 2`, `INST CH2`. */
  readonly select?: string;
  /** Voltage below which the board counts as off. Default 200 mV. */
  readonly offBelowMv?: number;
}

const OFF_MV = 200;
/** Longest that the output may take to fall, and to rise. */
const FALL_MS = 5000;
const RISE_MS = 2000;
const POLL_MS = 10;
/** Share of the voltage asked for from which the output counts as on. */
const RISEN = 0.9;
/** Nothing on a bench of development boards wants more. */
const MOST_MV = 60_000;

/** A laboratory supply that speaks SCPI (SCPI-99: VOLT, CURR, OUTP, MEAS). */
export function scpiPower(settings: ScpiSettings): Instrument<PowerControl> {
  const { link, millivolts, milliamps } = settings;
  return {
    description: `SCPI supply on ${link.description}, ${millivolts} mV, at most ${milliamps} mA`,
    open: async (context) => {
      checkVoltage(millivolts);
      const dialogue = new Dialogue(await link.open(context), context.clock);
      const supply = new ScpiSupply(dialogue, context.clock, settings);
      try {
        await supply.setUp(context);
        return new SwitchedPower(supply, context);
      } catch (error) {
        await dialogue[Symbol.asyncDispose]();
        throw error;
      }
    },
    ...(link.examine === undefined ? {} : { examine: link.examine }),
  };
}

class ScpiSupply {
  readonly reset = null;
  readonly verified = 'the supply was not asked';
  readonly #dialogue: Dialogue;
  readonly #clock: Clock;
  readonly #settings: ScpiSettings;
  /** Output before it was switched off; null while it was never measured. */
  #fromMv: number | null = null;

  constructor(dialogue: Dialogue, clock: Clock, settings: ScpiSettings) {
    this.#dialogue = dialogue;
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Sets voltage and limit without touching the output. BenchErrors `scpi-refused`, `scpi-voltage`. */
  async setUp({ signal }: CallOptions): Promise<void> {
    const { millivolts, milliamps } = this.#settings;
    const call = { signal };
    const name = await this.#dialogue.ask(scpiMessage('*IDN?'), scpiLine, call);
    await this.#tell('*CLS', call);
    await this.#tell(`VOLT ${(millivolts / 1000).toFixed(3)}`, call);
    await this.#tell(`CURR ${(milliamps / 1000).toFixed(3)}`, call);
    const complaint = scpiError(await this.#dialogue.ask(scpiMessage('SYST:ERR?'), scpiLine, call));
    if (complaint !== null) throw refused(name, complaint);
    const set = await this.#number('VOLT?', call);
    if (Math.abs(set - millivolts) > millivolts * (1 - RISEN)) throw otherVoltage(name, millivolts, set);
  }

  async on(options: CallOptions): Promise<void> {
    const { signal } = options;
    await this.#tell('OUTP ON', { signal });
    const wanted = this.#settings.millivolts * RISEN;
    const { reached, mv } = await this.#until((measured) => measured >= wanted, RISE_MS, { signal });
    this.#fromMv = mv;
    if (!reached) throw notOn(this.#dialogue.name, wanted, mv);
  }

  async off({ signal }: CallOptions): Promise<void> {
    await this.#tell('OUTP OFF', { signal });
  }

  async readBack(options: CallOptions): Promise<OffReading> {
    const belowMv = this.#settings.offBelowMv ?? OFF_MV;
    const { reached, mv, ms } = await this.#until((measured) => measured < belowMv, FALL_MS, options);
    if (!reached) {
      throw supplyStillOn(
        this.#dialogue.name,
        `${mv.toFixed(0)} mV after ${ms} ms`,
        'look for a second supply of the board, and load the output so that it falls',
      );
    }
    const verified = `${mv.toFixed(0)} mV measured ${ms} ms after switching off`;
    if (this.#fromMv === null) return { verified };
    return {
      verified: `${verified}, ${this.#fromMv.toFixed(0)} mV when it was on`,
      rail: { fromMv: this.#fromMv, belowMv, fallMs: ms },
    };
  }

  close(): Promise<void> {
    return this.#dialogue[Symbol.asyncDispose]();
  }

  async #until(ends: (mv: number) => boolean, withinMs: number, { signal }: CallOptions) {
    const start = this.#clock.now();
    for (;;) {
      const mv = await this.#number('MEAS:VOLT?', { signal });
      const ms = Math.round(this.#clock.now() - start);
      if (ends(mv)) return { reached: true, mv, ms };
      if (ms >= withinMs) return { reached: false, mv, ms };
      await this.#clock.sleep(POLL_MS, signal);
    }
  }

  /** Millivolts. */
  async #number(query: string, options: CallOptions): Promise<number> {
    await this.#choose(options);
    return scpiNumber(await this.#dialogue.ask(scpiMessage(query), scpiLine, options)) * 1000;
  }

  async #tell(command: string, options: CallOptions): Promise<void> {
    await this.#choose(options);
    await this.#dialogue.tell(scpiMessage(command), options);
  }

  async #choose(options: CallOptions): Promise<void> {
    const { select } = this.#settings;
    if (select !== undefined) await this.#dialogue.tell(scpiMessage(select), options);
  }
}

function checkVoltage(millivolts: number): void {
  if (millivolts > 0 && millivolts <= MOST_MV) return;
  throw new UsageError({
    code: 'scpi-voltage',
    message: 'no board of a bench wants such a supply',
    expected: `1 to ${MOST_MV} mV`,
    got: `${millivolts} mV`,
    remedy: 'correct millivolts in the bench file',
  });
}

function refused(name: string, complaint: string): BenchError {
  return new BenchError({
    code: 'scpi-refused',
    message: `${name} refused its settings`,
    expected: '0,"No error"',
    got: complaint,
    remedy: 'check voltage, current limit and `select` of the supply in the bench file',
  });
}

function otherVoltage(name: string, wanted: number, set: number): BenchError {
  return new BenchError({
    code: 'scpi-voltage',
    message: `${name} is set to another voltage than the bench file says`,
    expected: `${wanted} mV`,
    got: `${set.toFixed(0)} mV`,
    remedy: 'check the range of the supply, and `select` if it has several outputs',
  });
}

function notOn(name: string, wanted: number, mv: number): BenchError {
  return new BenchError({
    code: 'supply-not-on',
    message: `${name} was switched on, and its output did not rise`,
    expected: `at least ${wanted.toFixed(0)} mV`,
    got: `${mv.toFixed(0)} mV`,
    remedy: 'raise the current limit, look for a short circuit, check `select`',
  });
}
