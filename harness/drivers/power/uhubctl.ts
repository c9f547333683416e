import { readHubStatus, type HubStatus } from '#codecs/uhubctl.ts';
import type { BenchCheck } from '#core/bench-check.ts';
import type { CallOptions, PowerControl } from '#core/capabilities.ts';
import { BenchError, explain } from '#core/errors.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { type OffReading, supplyStillOn, SwitchedPower } from '#drivers/power/switched.ts';
import { runProgram } from '#drivers/program.ts';

/** Which port of which hub the board hangs on, as `uhubctl` without arguments lists them. */
export interface HubPortSettings {
  /** `1-1.4`. */
  readonly location: string;
  readonly port: number;
  /** Default `uhubctl`. */
  readonly program?: string;
}

/** A port of a USB hub that switches its power, by uhubctl (https://github.com/mvp/uhubctl). */
export function uhubctlPower(settings: HubPortSettings): Instrument<PowerControl> {
  const { location, port } = settings;
  const set = (action: 'on' | 'off') => async (options: CallOptions) => {
    await uhubctl(settings, ['--action', action], options);
  };
  const toggle = {
    on: set('on'),
    off: set('off'),
    reset: null,
    verified: 'the hub was not asked',
    readBack: (options: CallOptions) => readPort(settings, options),
  };
  return {
    description: `port ${port} of USB hub ${location}, by uhubctl`,
    open: async (context) => {
      statusOf(settings, await uhubctl(settings, [], context));
      return new SwitchedPower(toggle, context);
    },
    examine: (signal) => examine(settings, signal),
  };
}

function uhubctl(
  { location, port, program }: HubPortSettings,
  args: readonly string[],
  options: CallOptions,
) {
  const where = ['--location', location, '--ports', String(port)];
  return runProgram([program ?? 'uhubctl', ...where, ...args], options);
}

/** The hubs that were meant: two where a USB 3 hub shows up with both its halves. */
function statusOf({ location, port }: HubPortSettings, text: string): readonly HubStatus[] {
  const hubs = readHubStatus(text).filter((hub) => hub.ports.some((one) => one.port === port));
  if (hubs.length > 0) return hubs;
  throw new BenchError({
    code: 'hub-missing',
    message: `uhubctl knows no port ${port} of a hub ${location}`,
    got: text.trim().split('\n')[0] ?? '',
    remedy: 'list the hubs with: uhubctl',
  });
}

async function readPort(settings: HubPortSettings, options: CallOptions): Promise<OffReading> {
  const { location, port } = settings;
  const hubs = statusOf(settings, await uhubctl(settings, [], options));
  const on = hubs.filter((hub) => hub.ports.some((one) => one.port === port && one.powered));
  if (on.length > 0) {
    const still = on.map((hub) => hub.location).join(', ');
    const got = `port ${port} of ${still} is still powered`;
    throw supplyStillOn(
      `port ${port} of USB hub ${location}`,
      got,
      'use a hub that switches its ports: assay doctor finds out',
    );
  }
  return { verified: `the hub reads port ${port} as off; the voltage itself was not measured` };
}

const UDEV =
  `echo 'SUBSYSTEM=="usb", DRIVER=="hub|usb", MODE="0664", GROUP="dialout"' | ` +
  'sudo tee /etc/udev/rules.d/52-usb-hubs.rules && sudo udevadm control --reload && sudo udevadm trigger';

async function examine(settings: HubPortSettings, signal: AbortSignal): Promise<readonly BenchCheck[]> {
  const program = settings.program ?? 'uhubctl';
  const version = await runProgram([program, '--version'], { signal }).catch(() => null);
  if (version === null) {
    const seen = `${program} is not installed`;
    return [{ check: 'tool', state: 'broken', seen, mend: 'sudo apt-get install uhubctl' }];
  }
  const tool: BenchCheck = { check: 'tool', state: 'well', seen: `uhubctl ${version.trim()}` };
  try {
    const [hub] = statusOf(settings, await uhubctl(settings, [], { signal }));
    return [tool, switching(settings, hub)];
  } catch (error) {
    const seen = explain(error).split('\n').slice(0, 3).join('; ').replaceAll(/ +/g, ' ');
    const mend = /denied|permission/i.test(seen)
      ? UDEV
      : 'plug the hub in, and list what there is: sudo uhubctl';
    return [tool, { check: 'hub', state: 'broken', seen, mend }];
  }
}

/** What the hub claims; whether the board really goes dark is tried by the power cycle. */
function switching({ port }: HubPortSettings, hub: HubStatus | undefined): BenchCheck {
  const check = 'hub-switching';
  const seen = `${hub?.location ?? ''} (${hub?.title ?? ''}) says of its power switching: ${hub?.switching ?? 'nothing'}`;
  if (hub?.switching === 'ppps') return { check, state: 'well', seen };
  const mend = `measure VBUS of port ${port} with a meter while it is off, or use a hub that says ppps`;
  return { check, state: hub?.switching === 'nops' ? 'broken' : 'doubtful', seen, mend };
}
