import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Json } from '#core/canonical.ts';
import { cutFailure } from '#core/cut-failure.ts';
import { link, type Evidence, type EvidenceKind } from '#core/evidence.ts';

const SEQUENCE: Json = {
  schema: 'assay-cuts-1',
  phase: 'revert',
  cuts: [{ operation: 3, tear: 'prefix', seed: 1, kind: 'write', address: 16, length: 16 }],
  left: 'ab',
  state: 'cd',
};

const MAP: Json = {
  name: 'Flash as the last cut left it',
  when: 'left',
  digest: 'ef',
  map: {
    page: 4096,
    areas: [
      { name: 'slot0', address: 0, size: 4096, runs: [{ address: 0, pages: 1, holds: 'old', from: 0 }] },
    ],
    notes: [{ area: 'slot0', field: 'magic', address: 4080, reads: 'good', damaged: false }],
  },
};

function chain(...facts: readonly (readonly [EvidenceKind, Json])[]): Evidence[] {
  const entries: Evidence[] = [];
  for (const [kind, data] of facts) entries.push(link(entries.at(-1), 0, kind, data));
  return entries;
}

describe('shortest failing sequence of a chain', () => {
  it('comes with the maps of the flash that it leads to', () => {
    const failure = cutFailure(
      chain(['flash', { area: 'slot0', digest: 'aa' }], ['sequence', SEQUENCE], ['flash', MAP]),
    );
    assert.equal(failure?.sequence.cuts[0]?.operation, 3);
    assert.deepEqual(
      failure.maps.map(({ when, digest }) => [when, digest]),
      [['left', 'ef']],
    );
  });

  it('is nothing where a chain has none', () => {
    assert.equal(cutFailure(chain(['flash', MAP])), undefined);
    assert.equal(cutFailure(chain(['sequence', { schema: 'another' }])), undefined);
  });

  it('reads entries of any shape without trouble', () => {
    const data = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(data, data, (one, other) => {
        const failure = cutFailure(
          chain(['sequence', SEQUENCE], ['flash', { digest: 'x', map: one }], ['flash', other]),
        );
        assert.equal(failure?.maps.length, 0);
      }),
    );
  });
});
