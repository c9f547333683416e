import assert from 'node:assert/strict';
import type { Attack, Scenario } from '#core/attack.ts';
import { inThisThread } from '#engine/executor.ts';
import { prove, type Proof } from '#engine/prove.ts';
import { KEEPS } from '#engine/tiny-board.fixture.ts';
import { tinyBench } from '#engine/tiny-run.fixture.ts';
import { tinyControl, tinyRevert } from '#engine/tiny-suite.fixture.ts';

/** The tiny attack, each of its two scenarios a forgery that says by itself what it shows. */
function forging(extra: (index: number) => Partial<Scenario>): Attack {
  return {
    ...tinyRevert,
    scenarios: (board, context) =>
      tinyRevert.scenarios(board, context).map((scenario, index) => {
        const own = { exposes: [KEEPS.id], forgery: `tiny/${index}` };
        return Object.assign(scenario, own, extra(index));
      }),
  };
}

function proofWith(extra: (index: number) => Partial<Scenario>): Promise<Proof> {
  const attacks = [tinyControl, forging(extra)];
  const bench = tinyBench();
  const executor = inThisThread(bench, attacks);
  const signal = new AbortController().signal;
  const selection = { families: ['rollback'] };
  return prove({ bench, attacks, selection, seed: 7, signal, executor, onEvent: () => undefined });
}

const rows = ({ forgeries }: Proof) => forgeries.map(({ forgery, flaw, caught }) => [forgery, flaw, caught]);

describe('engine/forgery-proofs', () => {
  it('tries every forgery on the twin that lacks its check, whatever failed before', async () => {
    const proof = await proofWith(() => ({}));
    assert.deepEqual(rows(proof), [
      ['tiny/0', KEEPS.id, true],
      ['tiny/1', KEEPS.id, true],
    ]);
    assert.equal(proof.matrix[0]?.caught, true);
  });

  it('leaves out a forgery that aims at nothing', async () => {
    const proof = await proofWith((index) => (index === 0 ? { exposes: [] } : {}));
    assert.deepEqual(rows(proof), [['tiny/1', KEEPS.id, true]]);
  });

  it('misses a forgery that is said to be hidden on a path, and is not', async () => {
    const proof = await proofWith((index) =>
      index === 0 ? { forgery: 'tiny/one' } : { forgery: 'tiny/one', hidden: 'the application refuses it' },
    );
    assert.deepEqual(rows(proof), [['tiny/one', KEEPS.id, false]]);
    assert.deepEqual(proof.forgeries[0]?.hidden, [
      { scenario: 'rollback/tiny/second', why: 'the application refuses it' },
    ]);
    assert.match(proof.forgeries[0].observed, /^fail: /);
    const [row] = proof.matrix;
    assert.equal(row?.claims[0]?.scenario, 'rollback/tiny/second');
  });

  it('misses a forgery that is hidden on every path', async () => {
    const proof = await proofWith((index) => (index === 0 ? {} : { hidden: 'nothing gets there' }));
    assert.deepEqual(
      rows(proof).map(([, , caught]) => caught),
      [true, false],
    );
  });
});
