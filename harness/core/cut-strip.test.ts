import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Json } from '#core/canonical.ts';
import { cutStrip } from '#core/cut-strip.ts';
import { link, type Evidence, type EvidenceKind } from '#core/evidence.ts';

const boot = (identity: string | null): Json => ({ identity, slot: 'slot0', confirmed: true });

const cut = (operation: number, tear: string, identity: string | null, updatable = true): Json => ({
  operation,
  tear,
  kind: operation === 0 ? 'erase' : 'write',
  boots: [boot(identity), boot(identity)],
  settledAfter: 1,
  updatable,
});

const SUMMARY: Json = { verb: 'sweepCuts', output: { summary: { before: 'old', update: 'new' } } };

function chain(cuts: readonly Json[], last: Json = SUMMARY): Evidence[] {
  const facts: [EvidenceKind, Json][] = [
    ...cuts.map((data): [EvidenceKind, Json] => ['cut', data]),
    ['verb', last],
  ];
  const entries: Evidence[] = [];
  for (const [kind, data] of facts) entries.push(link(entries.at(-1), 0, kind, data));
  return entries;
}

describe('strip of power cuts', () => {
  it('codes equal outcomes of neighbouring operations as one run, by way of tearing', () => {
    const cuts = [
      cut(0, 'before', 'old'),
      cut(0, 'torn', 'old'),
      cut(1, 'before', 'old'),
      cut(1, 'torn', null),
      cut(2, 'before', 'new'),
      cut(2, 'torn', 'third'),
      cut(4, 'before', 'new'),
    ];
    assert.deepEqual(cutStrip(chain(cuts)), {
      operations: 5,
      erases: [0],
      outcomes: { old: 3, new: 2, stuck: 0, other: 1, nothing: 1 },
      rows: [
        {
          tear: 'before',
          runs: [
            [0, 2, 'old'],
            [2, 1, 'new'],
            [4, 1, 'new'],
          ],
        },
        {
          tear: 'torn',
          runs: [
            [0, 1, 'old'],
            [1, 1, 'nothing'],
            [2, 1, 'other'],
          ],
        },
      ],
    });
  });

  it('draws the worst of several cuts at one operation and counts them all', () => {
    const strip = cutStrip(chain([cut(0, 'torn', 'new'), cut(0, 'torn', null), cut(0, 'torn', 'old')]));
    assert.deepEqual(strip?.rows, [{ tear: 'torn', runs: [[0, 1, 'nothing']] }]);
    assert.deepEqual(strip.outcomes, { old: 1, new: 1, stuck: 0, other: 0, nothing: 1 });
  });

  it('tells an old image that can no longer be updated from one that can', () => {
    const strip = cutStrip(chain([cut(0, 'after', 'old', false), cut(1, 'after', 'new', false)]));
    assert.deepEqual(strip?.rows[0]?.runs, [
      [0, 1, 'stuck'],
      [1, 1, 'new'],
    ]);
  });

  it('counts a boot that ran nothing as nothing, even if a later one ran', () => {
    const data = { operation: 0, tear: 'torn', boots: [boot(null), boot('old')] };
    assert.deepEqual(cutStrip(chain([data]))?.rows[0]?.runs, [[0, 1, 'nothing']]);
  });

  it('draws nothing where it cannot know old from new, or where nothing was cut', () => {
    assert.equal(cutStrip(chain([cut(0, 'torn', 'old')], { verb: 'sweepCuts', output: {} })), undefined);
    assert.equal(cutStrip(chain([])), undefined);
  });

  it('reads cuts of any shape without trouble', () => {
    const data = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(fc.array(data, { maxLength: 8 }), (cuts) => {
        const strip = cutStrip(chain(cuts));
        assert.ok(strip === undefined || strip.rows.length > 0);
      }),
    );
  });
});
