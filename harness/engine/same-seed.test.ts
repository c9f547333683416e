import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack } from '#core/attack.ts';
import type { Bench } from '#core/rig.ts';
import { discoverAttacks } from '#engine/discovery.ts';
import { inThisThread } from '#engine/executor.ts';
import { loadBench } from '#engine/load-bench.ts';
import { runSelected } from '#engine/run.ts';
import { temporaryFolder } from '#engine/tiny-run.fixture.ts';

/** Both sides draw keys and nonces in these; what is drawn hangs on the case. */
const SCENARIOS = [
  'fuzzed-wireless/ble-known/sweyntooth-zero-ltk',
  'fuzzed-wireless/ble-known/ti-early-encryption',
  'fuzzed-wireless/ble-known/blerp-re-pairing',
  'fuzzed-wireless/ble-known/long-write',
];

/** Names of the files that a run keeps are digests of what went in, and of what passed over the air. */
async function kept(bench: Bench, attacks: readonly Attack[], out: string) {
  await using executor = inThisThread(bench, attacks);
  const { runDir, header } = await runSelected({
    bench,
    benchReference: 'virtual',
    attacks,
    selection: { boards: ['nrf52840-dk'], families: ['fuzzed-wireless'], scenarios: SCENARIOS },
    seed: 5,
    out,
    formats: [],
    standards: [],
    executor,
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  const records = join(runDir, 'records/nrf52840-dk');
  const chains = readdirSync(records).filter((name) => name.endsWith('.jsonl'));
  const cases = chains.flatMap((name) =>
    readFileSync(join(records, name), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"kind":"case"'))
      .map((line) => (JSON.parse(line) as { readonly data: unknown }).data),
  );
  return { verdictDigest: header.verdictDigest, cases, files: readdirSync(join(runDir, 'files')).toSorted() };
}

describe('an LE campaign', () => {
  const folder = temporaryFolder();

  it('sends the same bytes, hears the same and judges the same twice', async () => {
    const bench = await loadBench('virtual');
    const attacks = await discoverAttacks();
    const first = await kept(bench, attacks, join(folder(), 'first'));
    const second = await kept(bench, attacks, join(folder(), 'second'));
    assert.deepEqual(second, first);
    assert.equal(first.cases.length, SCENARIOS.length);
    assert.ok(first.files.length >= SCENARIOS.length, 'a capture of each campaign');
  });
});
