import assert from 'node:assert/strict';
import { guidedSearch } from './guided-search.ts';

describe('a guided search', () => {
  const search = { flaw: 'ble/failed-execution-kept', guided: true, most: 400 };

  it('makes the same cases and finds the same twice, by its seed', async () => {
    const first = await guidedSearch({ ...search, seed: 1 });
    assert.notEqual(first.found, null);
    assert.deepEqual(await guidedSearch({ ...search, seed: 1 }), first);
    assert.notEqual((await guidedSearch({ ...search, seed: 2, most: 5 })).sent, first.sent);
  });
});
