import assert from 'node:assert/strict';
import fc from 'fast-check';
import { columnsOf } from './terminal.ts';
import { definitions, hanging, usageLines, wrapped } from './wrap.ts';

describe('wrapped text', () => {
  it('ends lines between words where there are some', () => {
    assert.deepEqual(wrapped('one two three', 9), ['one two', 'three']);
    assert.deepEqual(wrapped('0011223344', 4), ['0011', '2233', '44']);
    assert.deepEqual(wrapped('', 9), ['']);
    assert.deepEqual(wrapped('as long as it is', Infinity), ['as long as it is']);
  });

  it('loses nothing but spaces, and keeps to its columns', () => {
    const words = fc.array(fc.stringMatching(/^[a-zäß-]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 40 }), (text, columns) => {
        const lines = wrapped(text.join(' '), columns);
        assert.equal(lines.join('').replaceAll(' ', ''), text.join(''));
        for (const line of lines) assert.ok(columnsOf(line) <= columns, line);
      }),
    );
  });

  it('does not break the brackets of a usage that fit a line', () => {
    assert.deepEqual(usageLines('run ', '<id> [--seed N] [--out DIR]', 16), [
      'run <id>',
      '    [--seed N]',
      '    [--out DIR]',
    ]);
    assert.deepEqual(usageLines('run ', '[--a X | --b Y]', 12), ['run [--a X |', '    --b Y]']);
  });

  it('sets further lines under the first', () => {
    assert.deepEqual(hanging('usage: ', 'a b c', 10), ['usage: a b', '       c']);
    assert.deepEqual(hanging('usage: assay demo ', '', 40), ['usage: assay demo']);
  });

  it('sets names and texts side by side, or one under the other where that is too narrow', () => {
    const rows = [
      ['--seed N', 'seed of everything random, which replays it'],
      ['--out DIR', 'folder'],
    ] as const;
    assert.deepEqual(definitions(rows, 50), [
      '  --seed N   seed of everything random, which',
      '             replays it',
      '  --out DIR  folder',
    ]);
    assert.deepEqual(definitions(rows, 40), [
      '  --seed N',
      '      seed of everything random, which',
      '      replays it',
      '  --out DIR',
      '      folder',
    ]);
  });
});
