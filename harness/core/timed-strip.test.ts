import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Json } from '#core/canonical.ts';
import { link, type Evidence, type EvidenceKind } from '#core/evidence.ts';
import { timedStrip } from '#core/timed-strip.ts';

const CALIBRATION: Json = {
  verb: 'calibrateCuts',
  input: { phase: 'revert' },
  output: {
    before: 'old',
    update: 'new',
    ms: 700,
    windows: [
      { name: 'begin', fromMs: 0, toMs: 100 },
      { name: 'swap', fromMs: 100, toMs: 700 },
    ],
  },
};

const cut = (achievedMs: number, identity: string | null, more: object = {}): Json => ({
  purpose: 'spread',
  wantedMs: achievedMs,
  achievedMs,
  boots: [{ identity, slot: 'slot0', confirmed: true }],
  updatable: true,
  ...more,
});

function chain(...facts: readonly (readonly [EvidenceKind, Json])[]): Evidence[] {
  const entries: Evidence[] = [];
  for (const [kind, data] of facts) entries.push(link(entries.at(-1), 0, kind, data));
  return entries;
}

describe('strip of power cuts by time', () => {
  it('keeps when each cut came, why it was placed there, and what became of the board', () => {
    const strip = timedStrip(
      chain(
        ['verb', CALIBRATION],
        ['cut', cut(12.5, 'old')],
        ['cut', cut(300, null, { purpose: 'narrowed', broke: 'some-image-boots' })],
      ),
    );
    assert.equal(strip?.phase, 'revert');
    assert.equal(strip.ms, 700);
    assert.deepEqual(
      strip.windows.map(({ name }) => name),
      ['begin', 'swap'],
    );
    assert.deepEqual(strip.cuts, [
      { atMs: 12.5, purpose: 'spread', outcome: 'old', broken: false },
      { atMs: 300, purpose: 'narrowed', outcome: 'nothing', broken: true },
    ]);
    assert.deepEqual(strip.outcomes, { old: 1, new: 0, stuck: 0, other: 0, nothing: 1 });
  });

  it('draws nothing without a calibration or without a cut', () => {
    assert.equal(timedStrip(chain(['cut', cut(1, 'old')])), undefined);
    assert.equal(timedStrip(chain(['verb', CALIBRATION])), undefined);
  });

  it('reads entries of any shape without trouble', () => {
    const data = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(data, (one) => {
        const strip = timedStrip(chain(['verb', CALIBRATION], ['cut', one]));
        assert.ok(strip === undefined || strip.cuts.length === 1);
      }),
    );
  });
});
