import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InternalError } from '#core/errors.ts';
import { reconnectCycles } from './measure/reconnect-cycles.ts';

const CYCLES = 1000;
const SEED = 1;
/** Cycles at either end whose memory is compared, after some that warm up. */
const WINDOW = 100;
/** Growth of memory that is a leak. */
const MOST_GROWTH = 0.1;

const MIB = 1024 * 1024;

/** 1,000 cycles of connecting, hearing garbage and losing a serial port: what is left open, and whether memory grows. */
export async function benchmark(say: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const memory: number[] = [];
  const began = performance.now();
  try {
    const tally = await reconnectCycles(CYCLES, SEED, folder, () => memory.push(process.memoryUsage().rss));
    const early = median(memory.slice(WINDOW, 2 * WINDOW));
    const late = median(memory.slice(-WINDOW));
    const seconds = Math.round((performance.now() - began) / 1000);
    say(`${tally.cycles} cycles, ${tally.reconnected} of them unplugged, in ${seconds} s`);
    say(
      `memory: ${(early / MIB).toFixed(1)} MiB after ${WINDOW} cycles, ${(late / MIB).toFixed(1)} MiB at the end`,
    );
    say(`reconnect ${tally.descriptors} descriptors leaked, ${tally.handles} handles leaked`);
    const grew = late / early - 1;
    if (tally.descriptors > 0 || tally.handles > 0 || grew > MOST_GROWTH) throw leaking(grew);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function leaking(grew: number): InternalError {
  return new InternalError({
    code: 'reconnect-leaks',
    message: 'connecting again and again leaves something behind',
    expected: `nothing left open, and memory that grows by less than ${MOST_GROWTH * 100} %`,
    got: `memory grew by ${(grew * 100).toFixed(1)} %, and see the line above`,
    remedy: 'report it with these lines',
  });
}
