import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BoardEntry } from '#core/rig.ts';
import { discoverAttacks } from '#engine/discovery.ts';
import { loadBench } from '#engine/load-bench.ts';
import { planAttack } from '#engine/plan.ts';
import { runBoard } from '#engine/run-board.ts';
import { CASE_FILE, readFinding } from '#engine/triage/read-finding.ts';
import { replayCase } from '#engine/triage/replay-case.ts';

/** A flaw of each interface; `ASSAY_EVERY_FLAW=<board>` takes all of a board, which lasts some minutes. */
const FLAWS: ReadonlySet<string> = new Set([
  'smp/frame-length-underflow',
  'mqtt/reserved-type-asserts',
  'http/stall-no-timeout',
  'tls/old-version-accepted',
  'coap/token-length-trusted',
  'ble/zero-ltk',
]);

const signal = new AbortController().signal;

/** Runs the attacks that must show the flaw, as if their control had passed; what the run folder holds then. */
async function hunted(entry: BoardEntry, flaw: string, folder: string): Promise<readonly string[]> {
  const built = entry.built?.([flaw]) ?? entry;
  const attacks = (await discoverAttacks()).filter(({ exposes }) => exposes.includes(flaw));
  const items = attacks
    .flatMap((attack) => planAttack(built, attack, 1))
    .filter(({ scenario, skip }) => skip === null && scenario.exposes?.includes(flaw) !== false);
  const controls = [...new Set(items.map(({ scenario }) => scenario.control ?? ''))].map((scenario) => ({
    scenario,
    verdict: 'pass' as const,
    head: '0'.repeat(64),
  }));
  const { allow = [] } = await loadBench('virtual');
  const { records } = await runBoard({
    entry: built,
    flaws: [flaw],
    seed: 1,
    controls,
    runDir: folder,
    stopAtFail: true,
    items,
    allow,
    signal,
    onEvent: () => undefined,
  });
  assert.ok(
    records.some(({ verdict }) => verdict === 'fail'),
    `${flaw}: ${JSON.stringify(records.map(({ observed }) => observed))}`,
  );
  const root = join(folder, 'findings');
  return readdirSync(root).flatMap((board) =>
    readdirSync(join(root, board)).map((id) => join(root, board, id)),
  );
}

describe('findings of the virtual boards', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-findings-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are one folder each, whose case does it again on the same board and never on a sound one', async function () {
    const bench = await loadBench('virtual');
    const every = process.env['ASSAY_EVERY_FLAW'];
    if (every !== undefined) this.timeout(30 * 60_000);
    for (const entry of bench.boards) {
      const { id: board } = entry.facts;
      const flaws = entry.flaws.filter(
        ({ family, id }) =>
          family === 'fuzzed-wireless' && (every === undefined ? FLAWS.has(id) : every === board),
      );
      for (const { id } of flaws) {
        const found = await hunted(entry, id, join(folder, id.replace('/', '-')));
        assert.ok(found.length >= 1, id);
        for (const place of found) {
          const files = readdirSync(place);
          for (const file of ['case.json', 'verdict.json', 'console.json', 'slice.pcapng']) {
            assert.ok(files.includes(file), `${id}: ${file}`);
          }
          const sent = readFinding(join(place, CASE_FILE));
          const options = { sent, bench, tries: 1, signal, onTry: () => undefined };
          assert.equal(
            (await replayCase(options)).repeats.alarms,
            1,
            `${id}: ${readFileSync(join(place, CASE_FILE), 'utf8')}`,
          );
          const sound = await replayCase({ ...options, flaws: [] });
          assert.deepEqual([sound.repeats.alarms, sound.others], [0, []], id);
        }
      }
    }
  });
});
