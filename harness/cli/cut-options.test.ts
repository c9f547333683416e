import assert from 'node:assert/strict';
import { TEARS } from '#core/tear.ts';
import { cutEffort } from './cut-options.ts';

describe('cli/cut-options', () => {
  it('says nothing where nothing was asked for', () => {
    assert.equal(cutEffort({}), undefined);
  });

  it('takes names and groups, each once and in one order', () => {
    assert.deepEqual(cutEffort({ tears: ['prefix,boundary', 'prefix'] }), {
      exhaustive: false,
      tears: ['before', 'after', 'prefix'],
    });
    assert.deepEqual(cutEffort({ tears: ['all'], exhaustive: true }), { exhaustive: true, tears: TEARS });
    assert.deepEqual(cutEffort({ exhaustive: true }), { exhaustive: true, tears: null });
  });

  it('names the nearest way of tearing for one that there is not', () => {
    assert.throws(() => cutEffort({ tears: ['prefx'] }), {
      code: 'tear-unknown',
      remedy: /prefix/,
    });
    assert.throws(() => cutEffort({ tears: ['toString'] }), { code: 'tear-unknown' });
  });
});
