import assert from 'node:assert/strict';
import { BenchError, PeerError } from '#core/errors.ts';
import type { RecordSummary } from '#core/record.ts';
import type { BoardEntry } from '#core/rig.ts';
import { runBoard, type BoardRun } from '#engine/run-board.ts';
import { planAttack } from '#engine/plan.ts';
import { KEEPS, REBOOTS, tinyBoard, type TinyParts } from '#engine/tiny-board.fixture.ts';
import { tinyAttacks, tinyControl, tinyRevert } from '#engine/tiny-suite.fixture.ts';

const SEED = 7;
const remedy = 'none: this is a test';
const unplugged = new BenchError({ code: 'unplugged', message: 'the probe is unplugged', remedy });
const nonsense = new PeerError({ code: 'nonsense', message: 'the board answered nonsense', remedy });

function items(entry: BoardEntry) {
  return tinyAttacks.flatMap((attack) => planAttack(entry, attack, SEED));
}

async function run(entry: BoardEntry, more: Partial<BoardRun> = {}): Promise<Record<string, RecordSummary>> {
  const { records } = await runBoard({
    entry,
    items: items(entry),
    flaws: [],
    seed: SEED,
    controls: [],
    runDir: null,
    stopAtFail: false,
    signal: new AbortController().signal,
    onEvent: () => undefined,
    ...more,
  });
  return Object.fromEntries(records.map((record) => [record.scenario, record]));
}

async function revertOn(parts: TinyParts): Promise<RecordSummary> {
  const record = (await run(tinyBoard(parts)))['rollback/tiny/first'];
  assert.ok(record !== undefined);
  return record;
}

describe('board session', () => {
  it('clears a sound board, with the path taken and the control relied on', async () => {
    const records = await run(tinyBoard());
    assert.deepEqual(
      Object.values(records).map(({ verdict }) => verdict),
      ['pass', 'pass', 'pass', 'pass'],
    );
    const first = records['rollback/tiny/first'];
    assert.deepEqual(first?.path, ['offering', 'trying', 'resetting', 'judged']);
    assert.equal(first.control?.scenario, 'control/tiny/alive');
    assert.equal(records['control/tiny/alive']?.control, null);
  });

  it('blames a board built with a flaw, and leaves the rest of that attack out where told', async () => {
    const records = await run(tinyBoard(), { flaws: [KEEPS.id], stopAtFail: true });
    assert.equal(records['rollback/tiny/first']?.verdict, 'fail');
    assert.equal(records['rollback/tiny/second'], undefined);
    assert.deepEqual(records['rollback/tiny/first'].flaws, [KEEPS.id]);
  });

  it('sees a reboot by itself in a campaign, names the case and resets the board', async () => {
    const records = await run(tinyBoard(), { flaws: [REBOOTS.id] });
    assert.equal(records['fuzzed-wireless/tiny/three']?.verdict, 'fail');
    assert.equal(records['fuzzed-wireless/tiny/three'].observed, 'ff');
  });

  it('gives no verdict without its control', async () => {
    const entry = tinyBoard();
    const without = planAttack(entry, tinyRevert, SEED);
    const record = (await run(entry, { items: without }))['rollback/tiny/first'];
    assert.equal(record?.verdict, 'inconclusive');
    assert.deepEqual(record.path, []);
  });

  it('takes a control of an earlier job', async () => {
    const entry = tinyBoard();
    const without = planAttack(entry, tinyRevert, SEED);
    const controls = [{ scenario: 'control/tiny/alive', verdict: 'pass', head: 'a'.repeat(64) } as const];
    const record = (await run(entry, { items: without, controls }))['rollback/tiny/first'];
    assert.equal(record?.verdict, 'pass');
    assert.equal(record.control?.head, 'a'.repeat(64));
  });

  it('says not-applicable with the reason where the wiring lacks a capability', async () => {
    const record = await revertOn({ offers: ['identity', 'radio'] });
    assert.equal(record.verdict, 'not-applicable');
    assert.match(record.rule, /needs update, power/);
  });

  it('calls trouble of the bench an error, with what to try', async () => {
    const power = { reset: () => Promise.reject(unplugged) } as never;
    const record = await revertOn({ capabilities: { power } });
    assert.equal(record.verdict, 'error');
    assert.match(record.observed, /the probe is unplugged.*try: none/);
  });

  it('calls nonsense of the board inconclusive where the machine does not judge it', async () => {
    const identity = { read: () => Promise.reject(nonsense), boots: () => [], forget: () => undefined };
    const records = await run(tinyBoard({ capabilities: { identity } }));
    assert.equal(records['control/tiny/alive']?.verdict, 'inconclusive');
    assert.match(records['control/tiny/alive'].observed, /answered nonsense/);
  });

  it('calls a thrown value of any other kind a defect of ours', async () => {
    const update = { offer: () => Promise.reject(new TypeError('x is undefined')) } as never;
    const record = await revertOn({ capabilities: { update } });
    assert.equal(record.verdict, 'error');
    assert.match(record.rule, /defect of Assay/);
  });

  it('gives every scenario an error where the board cannot be opened', async () => {
    const records = await run(tinyBoard({ open: () => Promise.reject(unplugged) }));
    assert.deepEqual(
      Object.values(records).map(({ verdict }) => verdict),
      ['error', 'error', 'error', 'error'],
    );
  });

  it('gives an error where the golden state cannot be reached, and goes on', async () => {
    const records = await run(tinyBoard({ prepare: () => Promise.reject(unplugged) }));
    assert.equal(records['control/tiny/alive']?.verdict, 'error');
    assert.equal(records['rollback/tiny/first']?.verdict, 'inconclusive');
  });

  it('hides what an attack did not declare as a need', async () => {
    const entry = tinyBoard();
    const undeclared = { ...tinyRevert, needs: ['update', 'identity'] as const };
    const plan = [...planAttack(entry, tinyControl, SEED), ...planAttack(entry, undeclared, SEED)];
    const record = (await run(entry, { items: plan }))['rollback/tiny/first'];
    assert.equal(record?.verdict, 'error');
    assert.match(record.observed, /needs power/);
  });

  it('ends the scenario under way when the run is stopped, and begins no other', async () => {
    const stop = new AbortController();
    const interrupted = new BenchError({ code: 'interrupted', message: 'interrupted', remedy });
    const offer = () => {
      stop.abort(interrupted);
      return new Promise<never>(() => undefined);
    };
    const records = await run(tinyBoard({ capabilities: { update: { offer } as never } }), {
      signal: stop.signal,
    });
    assert.equal(records['rollback/tiny/first']?.verdict, 'error');
    assert.match(records['rollback/tiny/first'].observed, /interrupted/);
    assert.equal(records['rollback/tiny/second'], undefined);
  });
});
