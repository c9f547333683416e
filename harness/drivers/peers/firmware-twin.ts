import type { Peer, PeerResult } from '#codecs/peers/peer.ts';
import { digestOf } from '#core/digest.ts';
import { type Row, rowsOf, whyNotHere } from '#drivers/peers/firmware/rows.ts';

/** Families whose scenarios are the same on both boards; power cuts are numbered by each chip's own operations. */
const FAMILIES = ['rollback', 'downgrade', 'corrupted-image', 'fuzzed-wireless'] as const;

/** Where the two boards are not alike, and what that does to a scenario: it applies to one of them alone. */
const UNLIKE: readonly { readonly scenario: RegExp; readonly why: string }[] = [
  { scenario: /^rollback\/hang\//, why: 'QEMU has no model of the watchdog' },
];

/** The virtual board against the machine code that it is configured as: the same scenarios, seed and verdicts. */
export const peer: Peer = {
  name: 'reference firmware',
  tool: 'the virtual nRF board',
  async run(options): Promise<PeerResult> {
    const { count, seed } = options;
    const log = (line: string) => options.log(line);
    const skipped = whyNotHere();
    if (skipped !== null) return { compared: 0, differ: 0, skipped };
    const twin = await rowsOf(
      'reference-twin',
      FAMILIES.flatMap((family) => ['--family', family]),
      seed,
    );
    const step = Math.max(1, Math.ceil(twin.size / count));
    const chosen = [...twin.keys()].filter((_, index) => index % step === 0);
    log(`${twin.size} scenarios on the twin; ${chosen.length} of them on the machine`);
    const asked = chosen.flatMap((scenario) => ['--scenario', scenario]);
    const machine = await rowsOf('qemu-microbit', ['--board', 'microbit', ...asked], seed);
    return compared(chosen, twin, machine, log);
  },
};

type Rows = ReadonlyMap<string, Row>;

/** Row by row; where both apply the digest over all verdicts is told, too. */
export function compared(
  scenarios: readonly string[],
  twin: Rows,
  machine: Rows,
  log: (line: string) => void,
): PeerResult {
  const alike = scenarios.filter((scenario) => unlikeness(scenario, twin, machine) === null);
  for (const scenario of scenarios) {
    const why = unlikeness(scenario, twin, machine);
    if (why !== null) log(`left out: ${scenario}: ${why}`);
  }
  const differing = alike.filter((scenario) => verdict(twin, scenario) !== verdict(machine, scenario));
  for (const scenario of differing) {
    log(`differs: ${scenario}: twin ${told(twin, scenario)}; machine ${told(machine, scenario)}`);
  }
  const digest = (rows: Rows) => digestOf(alike.map((scenario) => [scenario, verdict(rows, scenario)]));
  log(`verdicts: twin ${digest(twin).slice(0, 16)}, machine ${digest(machine).slice(0, 16)}`);
  return { compared: alike.length, differ: differing.length };
}

/** Why a scenario says nothing about both; null where it does. Only a board that declares it inapplicable is excused. */
function unlikeness(scenario: string, ...sides: readonly Rows[]): string | null {
  const excused = sides.filter((rows) => verdict(rows, scenario) === 'not-applicable').length === 1;
  return (excused ? UNLIKE.find((each) => each.scenario.test(scenario))?.why : undefined) ?? null;
}

function verdict(rows: Rows, scenario: string): string {
  return rows.get(scenario)?.verdict ?? 'not run';
}

function told(rows: Rows, scenario: string): string {
  const row = rows.get(scenario);
  return row === undefined ? 'not run' : `${row.verdict} (${row.observed.slice(0, 300)})`;
}
