import type { CallOptions, Channel, FlashProbe, PowerControl } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import type { OpenRig } from '#core/rig.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { RealClock } from '#drivers/clock.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { release } from '#drivers/release.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import type { VirtualUart } from '#virtual/uart.ts';
import { consoleCapabilities } from '../../../boards/nrf52840-dk/capabilities.ts';
import { facts } from '../../../boards/nrf52840-dk/facts.ts';
import { awaitGolden } from '../../../boards/nrf52840-dk/golden.ts';
import { Twin } from '../../../boards/nrf52840-dk/twin.ts';

/** What hangs on a simulated instrument. */
export interface Load {
  readonly powered: boolean;
  powerOn(): void;
  powerOff(): void;
}

/** A board that only knows whether it has power. */
export class Lamp implements Load {
  powered = false;
  powerOn(): void {
    this.powered = true;
  }
  powerOff(): void {
    this.powered = false;
  }
}

/** The far end of a wire, where a simulated instrument sits. */
export type FarEnd = Pick<VirtualUart, 'listen' | 'send'>;

/** One end of a wire in memory; the test plays what is at the other. */
export function wire(uart: VirtualUart): Instrument<Channel> {
  return { description: uart.host.name, open: () => Promise.resolve(uart.host) };
}

/** Collects lines by their end. */
function eachLine(end: number, take: (line: string) => void): (bytes: Uint8Array) => void {
  let text = '';
  return (bytes) => {
    for (const byte of bytes) {
      if (byte !== end) text += String.fromCharCode(byte);
      else {
        take(text);
        text = '';
      }
    }
  };
}

/** The calibration that a simulated kit tells. */
export const CALIBRATION = [
  'Calibrated: 1',
  ...[1003.3506, 101.5865, 10.3027, 0.9636, 0.0564].map((ohm, range) => `R${range}: ${ohm}`),
  ...[0, 1, 2, 3, 4].flatMap((range) => [`GS${range}: 0.999`, `GI${range}: 1.001`, `O${range}: 100.0`]),
  ...[0, 1, 2, 3, 4].flatMap((range) => [
    `S${range}: 0.0000001`,
    `I${range}: -0.0000001`,
    `UG${range}: 1.00`,
  ]),
  'VDD: 3000',
  'HW: 9173',
  'mode: 2',
  'IA: 56',
  'END',
].join('\n');

/** A sample of the kit: reading, range, counter. */
export function sample(reading: number, range: number, counter: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, (reading | (range << 14) | ((counter & 63) << 18)) >>> 0, true);
  return bytes;
}

/** A simulated PPK2 at the far end of a wire. */
export function ppk2Device(uart: FarEnd, load: Load, options: { readonly stuck?: boolean } = {}): number[][] {
  const frames: number[][] = [];
  let pending: number[] = [];
  const lengths: Readonly<Record<number, number>> = { 0x0c: 2, 0x0d: 3, 0x11: 2 };
  const act = ([operation, argument]: number[]) => {
    if (operation === 0x19) uart.send(Buffer.from(CALIBRATION));
    if (operation === 0x0c && argument === 1) load.powerOn();
    if (operation === 0x0c && argument === 0 && options.stuck !== true) load.powerOff();
    if (operation !== 0x06) return;
    const [reading, range] = load.powered ? [4000, 3] : [26, 0];
    uart.send(Buffer.concat(Array.from({ length: 2100 }, (_, index) => sample(reading, range, index))));
  };
  uart.listen((bytes) => {
    for (const byte of bytes) {
      pending.push(byte);
      if (pending.length < (lengths[pending[0] ?? 0] ?? 1)) continue;
      frames.push(pending);
      act(pending);
      pending = [];
    }
  });
  return frames;
}

/** A simulated SCPI supply whose output falls over some time. */
export function scpiDevice(
  uart: FarEnd,
  load: Load,
  clock: Clock,
  options: { readonly stuck?: boolean } = {},
): string[] {
  const said: string[] = [];
  let volts = 0;
  let offAt = -Infinity;
  const errors: string[] = [];
  const measured = () => (load.powered ? volts : volts * Math.exp(-(clock.now() - offAt) / 20));
  const answer = (text: string) => uart.send(Buffer.from(`${text}\n`));
  uart.listen(
    eachLine(0x0a, (line) => {
      said.push(line);
      const [, set] = /^VOLT (\d+\.\d+)$/.exec(line) ?? [];
      if (set !== undefined) volts = Number(set);
      else if (line === 'OUTP ON') load.powerOn();
      else if (line === 'OUTP OFF') {
        offAt = clock.now();
        if (options.stuck !== true) load.powerOff();
      } else if (line === '*IDN?') answer('MAKER,MODEL,SERIAL,1.0');
      else if (line === 'VOLT?') answer(volts.toExponential(4).toUpperCase());
      else if (line === 'MEAS:VOLT?') answer(measured().toExponential(4).toUpperCase());
      else if (line === 'SYST:ERR?') answer(errors.shift() ?? '0,"No error"');
      else if (line !== '*CLS' && !line.startsWith('CURR ')) errors.push('-113,"Undefined header"');
    }),
  );
  return said;
}

/** A simulated LCUS board: acts on frames whose sum is right, and says nothing. */
export function lcusDevice(uart: FarEnd, load: Load): void {
  let pending: number[] = [];
  uart.listen((bytes) => {
    for (const byte of bytes) {
      pending = [...pending, byte].slice(-4);
      const [start = 0, channel = 0, operation = 0, sum] = pending;
      if (start !== 0xa0 || sum !== ((start + channel + operation) & 0xff)) continue;
      if (operation === 1) load.powerOn();
      else load.powerOff();
      pending = [];
    }
  });
}

/** A simulated Numato module: echoes, and answers what it is asked. */
export function numatoDevice(uart: FarEnd, load: Load): void {
  uart.listen(
    eachLine(0x0d, (line) => {
      if (line === 'relay on 0') load.powerOn();
      if (line === 'relay off 0') load.powerOff();
      const answer = line === 'relay read 0' ? `\n\r${load.powered ? 'on' : 'off'}` : '';
      uart.send(Buffer.from(`${line}${answer}\n\r>`));
    }),
  );
}

/** What a test wants of the rig besides its supply. */
export interface RigWishes {
  /** Default simulated time; instruments behind real sockets and processes need another. */
  readonly clock?: Clock;
  /** A probe, made out of the board's own. */
  readonly probe?: (probe: FlashProbe) => FlashProbe;
  /** Told, when the rig is given back, whether the board still had power once the supply was released. */
  readonly onLeft?: (powered: boolean) => void;
}

/** Real time that runs faster: sockets and processes take theirs, and three seconds of a board's cost little. */
export class HurriedClock extends RealClock {
  readonly #times: number;

  constructor(times: number) {
    super();
    this.#times = times;
  }

  override now(): number {
    return super.now() * this.#times;
  }

  override setTimeout(fn: (...args: unknown[]) => void, ms: number): unknown {
    return super.setTimeout(fn, ms / this.#times);
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return super.sleep(ms / this.#times, signal);
  }
}

/** A rig on simulated time whose board is the nRF52840 DK's twin, and whose supply is the instrument under test. */
export async function rigPoweredBy(
  plug: (load: Load, clock: Clock) => Instrument<PowerControl>,
  options: CallOptions,
  wishes: RigWishes = {},
): Promise<OpenRig> {
  const clock = wishes.clock ?? new SimClock();
  const twin = new Twin(clock, new Set());
  const hub = new ConsoleHub(twin.uart.host, clock);
  const instrument = plug(twin.device, clock);
  const onLine = (listener: Parameters<ConsoleHub['onLine']>[0]) => hub.onLine(listener);
  const power = await instrument.open({ ...options, clock, onLine });
  const probe = wishes.probe?.(twin.probe());
  const restart = (call: CallOptions) => power.reset(call);
  const backDoor = probe === undefined ? null : { probe, profile: SOUND_PROFILE, restart };
  const overConsole = consoleCapabilities(hub, clock, backDoor);
  return {
    board: facts,
    kind: 'board',
    clock,
    instruments: { power: instrument.description },
    ...overConsole,
    channel: hub.tap(),
    power,
    ...(probe === undefined ? {} : { probe }),
    prepare: async (call) => {
      await power.on(call);
      twin.restore();
      twin.device.powerOn();
      await awaitGolden(overConsole.identity, facts.firmware.golden, call);
    },
    onConsole: onLine,
    [Symbol.asyncDispose]: () => {
      const leave = async () => {
        wishes.onLeft?.(twin.device.powered);
        twin.device.powerOff();
        await hub.close();
      };
      return release(power, { [Symbol.asyncDispose]: leave });
    },
  };
}
