import assert from 'node:assert/strict';
import type { RecordSummary } from '#core/record.ts';
import type { OnEvent } from '#engine/events.ts';
import { inThisThread } from '#engine/executor.ts';
import { prove, type Proof } from '#engine/prove.ts';
import { tinyBoard, KEEPS } from '#engine/tiny-board.fixture.ts';
import { tinyBench } from '#engine/tiny-run.fixture.ts';
import { tinyAttacks } from '#engine/tiny-suite.fixture.ts';

const never = new AbortController().signal;
const quiet = () => undefined;

describe('prove', () => {
  const common = { selection: {}, seed: 7, signal: never, onEvent: quiet };

  function proveOn(bench = tinyBench(), attacks = tinyAttacks) {
    return prove({ ...common, bench, attacks, executor: inThisThread(bench, attacks) });
  }

  it('catches each flaw by the attack that claims it, and blames no sound board', async () => {
    const { matrix, falseAlarms, sound } = await proveOn();
    assert.deepEqual(
      matrix.map(({ flaw, caught }) => [flaw, caught]),
      [
        ['tiny/keeps-unconfirmed', true],
        ['tiny/reboots-on-ff', true],
      ],
    );
    assert.deepEqual(falseAlarms, []);
    assert.equal(sound, 4);
  });

  it('misses a flaw that nobody claims', async () => {
    const attacks = tinyAttacks.map((attack) => ({ ...attack, exposes: [] }));
    const { matrix } = await proveOn(tinyBench(), attacks);
    assert.deepEqual(
      matrix.map(({ caught, claims }) => [caught, claims.length]),
      [
        [false, 0],
        [false, 0],
      ],
    );
  });

  it('misses a flaw that one of its attacks lets pass', async () => {
    const attacks = tinyAttacks.map((attack) =>
      attack.id === 'fuzzed-wireless/tiny' ? { ...attack, exposes: [...attack.exposes, KEEPS.id] } : attack,
    );
    const { matrix } = await proveOn(tinyBench(), attacks);
    const row = matrix.find(({ flaw }) => flaw === KEEPS.id);
    assert.equal(row?.caught, false);
    assert.deepEqual(
      row.claims.map(({ attack, verdict }) => [attack, verdict]),
      [
        ['fuzzed-wireless/tiny', 'pass'],
        ['rollback/tiny', 'fail'],
      ],
    );
  });

  it('calls blame of a sound board a false alarm', async () => {
    const board = tinyBoard();
    const blamed = { ...board, open: () => board.open({ signal: never, flaws: [KEEPS.id] }) };
    const { falseAlarms } = await proveOn(tinyBench(blamed), tinyAttacks);
    assert.deepEqual(
      falseAlarms.map(({ scenario, verdict }) => [scenario, verdict]),
      [
        ['rollback/tiny/first', 'fail'],
        ['rollback/tiny/second', 'fail'],
      ],
    );
  });

  /** A whole proof and its records. */
  async function whole() {
    const records: RecordSummary[] = [];
    const onEvent: OnEvent = (event) => {
      if (event.type === 'scenario-end') records.push(event.record);
    };
    const bench = tinyBench();
    const executor = inThisThread(bench, tinyAttacks);
    const proof = await prove({ ...common, bench, attacks: tinyAttacks, executor, onEvent });
    return { proof, records };
  }

  /** The proof once more with these records made before, and the scenarios that it ran. */
  async function provedAfter(records: readonly RecordSummary[], boards = [] as Proof['boards']) {
    const ran: string[] = [];
    const onEvent: OnEvent = (event) => {
      if (event.type === 'scenario-start') ran.push(event.scenario);
    };
    const bench = tinyBench();
    const executor = inThisThread(bench, tinyAttacks);
    const known = { records, boards };
    const proof = await prove({ ...common, bench, attacks: tinyAttacks, executor, onEvent, known });
    return { proof, ran };
  }

  it('makes nothing again that was made before', async () => {
    const { proof, records } = await whole();
    const again = await provedAfter(records, proof.boards);
    assert.deepEqual(again.ran, []);
    assert.deepEqual(again.proof, proof);
  });

  it('claims nothing where the control of the sound board failed', async () => {
    const { records } = await whole();
    const [control, ...others] = records.filter(({ flaws }) => flaws.length === 0);
    assert.ok(control?.family === 'control');
    const { proof } = await provedAfter([{ ...control, verdict: 'inconclusive' }, ...others]);
    assert.deepEqual(
      proof.matrix.map(({ claims }) => claims[0]?.verdict),
      ['inconclusive', 'inconclusive'],
    );
  });

  it('makes again what was in trouble, and what was sent something else', async () => {
    const { records } = await whole();
    const attacked = records.filter(({ flaws, family }) => flaws.length === 0 && family !== 'control');
    const [first, second] = attacked;
    assert.ok(first !== undefined && second !== undefined);
    const others = records.filter((record) => record !== first && record !== second);
    const { ran } = await provedAfter([
      { ...first, verdict: 'error' },
      { ...second, stimulus: 'other' },
      ...others,
    ]);
    assert.deepEqual(ran, [first.scenario, second.scenario]);
  });
});
