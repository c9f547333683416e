import type { BleCase } from '#codecs/ble/attack-case.ts';
import type { BleResult } from '#drivers/radio/ble/case-runner.ts';
import type { BleEvidence } from '#engine/benchmarks/measure/ble-evidence.ts';

/** How fast cases went, and what came of them. */
export interface Pace {
  readonly cases: number;
  readonly byClock: number;
  /** Of this process's own work alone, which a busy machine does not change. */
  readonly byProcessor: number;
  /** Name and reaction of each case that was not survived. */
  readonly alarms: readonly string[];
}

/** Runs cases one after the other and keeps the evidence of each. */
export async function paceOf(
  run: (one: BleCase) => Promise<BleResult>,
  cases: Iterable<BleCase>,
  evidence: BleEvidence,
): Promise<Pace> {
  const [began, processor] = [performance.now(), process.cpuUsage()];
  const alarms: string[] = [];
  let count = 0;
  for (const one of cases) {
    const result = await run(one);
    evidence.add(one, result);
    count += 1;
    if (result.reaction !== 'alive') alarms.push(`${one.name}: ${result.reaction}, ${result.what}`);
  }
  const { user, system } = process.cpuUsage(processor);
  return {
    cases: count,
    byClock: (1000 * count) / (performance.now() - began),
    byProcessor: (1e6 * count) / (user + system),
    alarms,
  };
}
