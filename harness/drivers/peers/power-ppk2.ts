import { fileURLToPath } from 'node:url';
import { draw } from '#codecs/peers/draw.ts';
import type { Peer } from '#codecs/peers/peer.ts';
import { PythonProcess } from '#codecs/peers/python-process.ts';
import { ppk2About } from '#codecs/ppk2-calibration.ts';
import {
  ppk2Metadata,
  ppk2Mode,
  ppk2Power,
  ppk2Start,
  ppk2Stop,
  ppk2Voltage,
} from '#codecs/ppk2-commands.ts';
import { Ppk2Reader } from '#codecs/ppk2-samples.ts';
import { drawCalibration, drawSamples } from '#drivers/peers/power/calibration.ts';
import { peerPython } from '#drivers/peers/power/python.ts';

const SCRIPT = fileURLToPath(new URL('power/ppk2_driver.py', import.meta.url));
const SAMPLES = 500;
/** Both compute in double precision, in another order. */
const TOLERANCE = 1e-9;

interface Answer {
  readonly error?: string;
  readonly frames?: Readonly<Record<string, string>>;
  readonly microamps?: readonly number[];
  readonly logic?: readonly number[];
}

/** Commands and samples of the Power Profiler Kit II beside ppk2-api, which was written without us. */
export const peer: Peer = {
  name: 'power-ppk2',
  tool: 'ppk2-api 0.9 (PyPI)',
  async run(options) {
    const { count, seed } = options;
    const python = new PythonProcess(peerPython(), [SCRIPT]);
    try {
      if ((await python.hear()) === null) {
        const skipped = 'no python with ppk2-api: pip install ppk2-api, and set ASSAY_POWER_PYTHON';
        return { compared: 0, differ: 0, skipped };
      }
      let differ = 0;
      for (let index = 0; index < count; index++) {
        const difference = await (index % 2 === 0 ? compareFrames : compareSamples)(python, seed, index);
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

async function compareFrames(python: PythonProcess, seed: number, index: number): Promise<string | null> {
  const random = draw(seed, `frames ${index}`);
  const millivolts = 800 + random.below(4201);
  const request = { act: 'frames', millivolts, calibration: drawCalibration(random) };
  const { frames = {}, error } = (await python.ask(request)) as Answer;
  const ours: Readonly<Record<string, Uint8Array>> = {
    metadata: ppk2Metadata(),
    source: ppk2Mode('source'),
    ampere: ppk2Mode('ampere'),
    voltage: ppk2Voltage(millivolts),
    on: ppk2Power(true),
    off: ppk2Power(false),
    start: ppk2Start(),
    stop: ppk2Stop(),
  };
  if (error !== undefined) return error;
  for (const [name, bytes] of Object.entries(ours)) {
    const hex = Buffer.from(bytes).toString('hex');
    if (frames[name] !== hex)
      return `${name} at ${millivolts} mV: ${hex}, theirs ${frames[name] ?? 'missing'}`;
  }
  return null;
}

async function compareSamples(python: PythonProcess, seed: number, index: number): Promise<string | null> {
  const random = draw(seed, `samples ${index}`);
  const millivolts = 800 + random.below(4201);
  const calibration = drawCalibration(random);
  const bytes = drawSamples(random, SAMPLES);
  const request = { act: 'samples', millivolts, calibration, bytes: Buffer.from(bytes).toString('hex') };
  const { microamps = [], logic = [], error } = (await python.ask(request)) as Answer;
  if (error !== undefined) return error;
  const about = ppk2About(Buffer.from(calibration));
  if (about === null) return 'we take the calibration for unfinished';
  const ours = inPieces(new Ppk2Reader(about.calibration, millivolts), bytes, random.below(7) + 1);
  if (ours.length !== microamps.length) return `${ours.length} samples, theirs ${microamps.length}`;
  const wrong = ours.findIndex(
    (sample, at) => !near(sample.microamps, microamps[at] ?? NaN) || sample.logic !== logic[at],
  );
  return wrong === -1 ? null : `sample ${wrong}: ${ours[wrong]?.microamps} µA, theirs ${microamps[wrong]}`;
}

/** However a port chops it up. */
function inPieces(reader: Ppk2Reader, bytes: Uint8Array, size: number) {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.slice(at * size, (at + 1) * size),
  );
  return pieces.flatMap((piece) => reader.push(piece));
}

function near(ours: number, theirs: number): boolean {
  return Math.abs(ours - theirs) <= TOLERANCE * Math.max(1, Math.abs(ours), Math.abs(theirs));
}
