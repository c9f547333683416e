import { fileURLToPath } from 'node:url';
import { type Draw, draw } from '#codecs/peers/draw.ts';
import type { Peer } from '#codecs/peers/peer.ts';
import { PythonProcess } from '#codecs/peers/python-process.ts';
import type { CallOptions, CutReceipt } from '#core/capabilities.ts';
import { isAssayError } from '#core/errors.ts';
import { tcp } from '#drivers/channel/socket.ts';
import { RealClock } from '#drivers/clock.ts';
import { peerPython } from '#drivers/peers/power/python.ts';
import { scpiPower, type ScpiSettings } from '#drivers/power/scpi.ts';
import { release } from '#drivers/release.ts';

const SCRIPT = fileURLToPath(new URL('power/scpi_server.py', import.meta.url));
/** What the played supply can give. */
const MOST_MV = 30_000;
const MOST_MA = 3000;
/** Waiting for an output that does not fall takes seconds: one case does, and a short sweep does without. */
const STUCK_CASE = 3;

interface State {
  readonly volts: string;
  readonly amps: string;
  readonly output: string;
}

/** One case against the played supply; says how it went otherwise than it should. */
interface Case {
  readonly python: PythonProcess;
  readonly port: number;
  readonly random: Draw;
  readonly stuck: boolean;
}

/** The SCPI driver over TCP, against a supply that PyVISA-sim plays from a description of its commands. */
export const peer: Peer = {
  name: 'power-scpi',
  tool: 'PyVISA-sim 0.7 (PyPI)',
  async run(options) {
    const { count, seed } = options;
    const python = new PythonProcess(peerPython(), [SCRIPT]);
    try {
      const hello = (await python.hear()) as { readonly port: number } | null;
      if (hello === null) {
        const skipped =
          'no python with PyVISA-sim: pip install pyvisa pyvisa-sim, and set ASSAY_POWER_PYTHON';
        return { compared: 0, differ: 0, skipped };
      }
      let differ = 0;
      for (let index = 0; index < count; index++) {
        const random = draw(seed, `supply ${index}`);
        const difference = await compared({ python, port: hello.port, random, stuck: index === STUCK_CASE });
        if (difference === null) continue;
        differ += 1;
        options.log(`${index}: ${difference}`);
      }
      return { compared: count, differ };
    } finally {
      await python.stop();
    }
  },
};

const call = (): CallOptions => ({ signal: AbortSignal.timeout(30_000) });

async function compared({ python, port, random, stuck }: Case): Promise<string | null> {
  await python.ask({ stuck });
  const tooMuch = !stuck && random.oneIn(5);
  const millivolts = tooMuch ? MOST_MV + 1 + random.below(20_000) : 800 + random.below(MOST_MV - 800);
  const milliamps = 1 + random.below(MOST_MA);
  const settings = { link: tcp({ host: '127.0.0.1', port, reconnectMs: 0 }), millivolts, milliamps };
  const came = await driven(settings, async () => (await python.ask({ stuck })) as State);
  const expected = tooMuch ? 'scpi-refused' : stuck ? 'supply-still-on' : 'fell';
  if (came.end !== expected) return `${millivolts} mV: ${came.end}, expected ${expected}`;
  if (came.states.length === 0) return null;
  const { volts = '', amps = '' } = came.states[0] ?? {};
  if (Math.round(Number(volts) * 1000) !== millivolts) return `${millivolts} mV arrived as ${volts} V`;
  if (Math.round(Number(amps) * 1000) !== milliamps) return `${milliamps} mA arrived as ${amps} A`;
  const outputs = came.states.map(({ output }) => output).join(' ');
  return outputs === 'ON OFF' ? null : `the output went ${outputs}, expected ON OFF`;
}

/** Switches on, cuts, and tells how it ended and what the supply said of itself after each. */
async function driven(settings: ScpiSettings, state: () => Promise<State>) {
  const states: State[] = [];
  const context = { ...call(), clock: new RealClock(), onLine: () => () => undefined };
  const opening = scpiPower(settings).open(context);
  const power = await opening.catch((error: unknown) => error);
  if (power instanceof Error) return { end: codeOf(power), states };
  const supply = await opening;
  try {
    await supply.on(call());
    states.push(await state());
    const receipt = await supply.cut({ kind: 'after', ms: 0 }, call()).catch((error: unknown) => error);
    states.push(await state());
    return { end: receipt instanceof Error ? codeOf(receipt) : fallen(receipt as CutReceipt), states };
  } finally {
    await release(supply);
  }
}

function fallen({ rail }: CutReceipt): string {
  return rail !== undefined && rail.fromMv > rail.belowMv ? 'fell' : 'no fall was measured';
}

function codeOf(error: Error): string {
  return isAssayError(error) ? error.code : error.message;
}
