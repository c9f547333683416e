import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matches } from '#engine/glob.ts';
import { nearest, suggest } from '#engine/nearest.ts';
import { printable } from '#engine/printable.ts';

describe('glob', () => {
  it('takes an id, a folder of ids, or a pattern', () => {
    assert.ok(matches('rollback/a/b', 'rollback/a/b'));
    assert.ok(matches('rollback/a', 'rollback/a/b'));
    assert.ok(!matches('rollback/a', 'rollback/ab'));
    assert.ok(matches('*/b', 'rollback/a/b'));
    assert.ok(matches('rollback/?/b', 'rollback/a/b'));
    assert.ok(!matches('rollback/?', 'rollback/a/b'));
  });

  it('takes other characters as they are', () => {
    assert.ok(!matches('a.c*', 'abc'));
    fc.assert(
      fc.property(fc.string(), (id) =>
        matches(`${id.replaceAll(/[*?]/g, 'x')}*`, id.replaceAll(/[*?]/g, 'x')),
      ),
    );
  });

  it('ends soon for a pattern of many stars', () => {
    assert.ok(!matches(`${'*a'.repeat(12)}b`, 'a'.repeat(40)));
  });
});

describe('suggestions', () => {
  it('finds the word that was meant', () => {
    assert.equal(nearest('rnu', ['run', 'report', 'list']), 'run');
    assert.equal(nearest('esp', ['nrf52840-dk', 'esp32-devkitc']), 'esp32-devkitc');
    assert.equal(nearest('xyzzy', ['run', 'report']), undefined);
  });

  it('lists what there is', () => {
    assert.equal(suggest('rnu', ['run', 'list']), 'did you mean run? choose from: run, list');
    assert.equal(suggest('x', []), 'choose from: (none)');
  });
});

describe('printable text', () => {
  it('shows control and direction characters as escapes', () => {
    assert.equal(printable('a\u001b[2Jb\u0000'), String.raw`a\x1b[2Jb\x00`);
    assert.equal(printable('\u202eevil\u2028'), String.raw`\u{202e}evil\u{2028}`);
    assert.equal(printable('grün ✓'), 'grün ✓');
  });

  it('leaves nothing a terminal would act on, of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(printable(text), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('cuts what is too long', () => {
    assert.equal(printable('x'.repeat(50), 10), `${'x'.repeat(10)}…`);
  });
});
