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

const SUMMARY: Json = {
  verb: 'sweepCuts',
  input: { phase: 'upgrade' },
  output: { summary: { before: 'old', update: 'new' } },
};

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
    const strip = cutStrip(chain(cuts));
    assert.equal(strip?.operations, 5);
    assert.deepEqual(strip.erases, [0]);
    assert.deepEqual(strip.outcomes, { old: 3, new: 2, stuck: 0, other: 1, nothing: 1 });
    assert.deepEqual(strip.rows, [
      {
        tear: 'before',
        runs: [
          [0, 2, 'old'],
          [2, 1, 'new'],
          [4, 1, 'new'],
        ],
        broken: [],
      },
      {
        tear: 'torn',
        runs: [
          [0, 1, 'old'],
          [1, 1, 'nothing'],
          [2, 1, 'other'],
        ],
        broken: [],
      },
    ]);
  });

  it('counts what broke a rule by way of tearing, oddities apart, and states and recognised ones', () => {
    const marked = (data: Json, more: Json): Json => ({ ...(data as object), ...(more as object) });
    const cuts = [
      marked(cut(1, 'after', 'old'), { left: 'a' }),
      marked(cut(1, 'prefix', null), { left: 'b', broke: 'some-image-boots' }),
      marked(cut(1, 'prefix', null), { left: 'b', broke: 'some-image-boots', recognised: true }),
      marked(cut(2, 'prefix', 'new'), { left: 'c', broke: 'settles', oddity: 'quirk' }),
      marked(cut(2, 'before', 'old'), { left: 'a', recognised: true }),
      marked(cut(2, 'before', null), { left: 'd', later: [{ operation: 0 }], broke: 'some-image-boots' }),
    ];
    const strip = cutStrip(chain(cuts));
    assert.deepEqual(
      strip?.tears.map(({ tear, cuts: all, recognised, states, broken, odd }) => [
        tear,
        all,
        recognised,
        states,
        broken,
        odd,
      ]),
      [
        ['before', 1, 1, 1, 0, 0],
        ['after', 1, 0, 1, 0, 0],
        ['prefix', 3, 1, 2, 3, 1],
      ],
    );
    assert.deepEqual(
      strip.rows.map(({ broken }) => broken),
      [[], [], [1]],
    );
    assert.equal(strip.deeper?.cuts, 1);
    assert.equal(strip.deeper.outcomes.nothing, 1);
    assert.equal(strip.outcomes.nothing, 2, 'second cuts are counted apart');
    assert.equal(strip.phase, 'upgrade');
  });

  it('draws the worst of several cuts at one operation and counts them all', () => {
    const strip = cutStrip(chain([cut(0, 'torn', 'new'), cut(0, 'torn', null), cut(0, 'torn', 'old')]));
    assert.deepEqual(strip?.rows, [{ tear: 'torn', runs: [[0, 1, 'nothing']], broken: [] }]);
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
