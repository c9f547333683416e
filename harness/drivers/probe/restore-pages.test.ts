import assert from 'node:assert/strict';
import fc from 'fast-check';
import { calm } from '#contracts/rigs.ts';
import type { FlashProbe } from '#core/capabilities.ts';
import { countedProbe } from '#drivers/probe/counted-probe.ts';
import { restorePages } from '#drivers/probe/restore-pages.ts';

const PAGE = 64;

function memory(content: Uint8Array): FlashProbe {
  return {
    read: (address, length) => Promise.resolve(content.slice(address, address + length)),
    write: (address, bytes) => Promise.resolve(content.set(bytes, address)),
    fuses: () => Promise.resolve({ word: '1' }),
  };
}

describe('drivers/probe/restore-pages', () => {
  it('writes nothing where flash is as it ought to be', async () => {
    const content = new Uint8Array(8 * PAGE).fill(7);
    const erased: number[] = [];
    const probe = countedProbe(memory(content), { erased: (address) => void erased.push(address) });
    assert.equal(await restorePages(probe, PAGE, [{ address: 0, bytes: content.slice() }], calm()), 0);
    assert.deepEqual(erased, []);
  });

  it('writes the pages that differ, neighbours at once, and each is counted', async () => {
    const wanted = new Uint8Array(8 * PAGE).fill(7);
    const content = wanted.slice();
    for (const at of [PAGE, 2 * PAGE + 5, 6 * PAGE]) content[at] = 0;
    const erased: (readonly [number, number])[] = [];
    const probe = countedProbe(memory(content), { erased: (at, length) => void erased.push([at, length]) });
    assert.equal(await restorePages(probe, PAGE, [{ address: 0, bytes: wanted }], calm()), 3);
    assert.deepEqual(erased, [
      [PAGE, 2 * PAGE],
      [6 * PAGE, PAGE],
    ]);
    assert.deepEqual(content, wanted);
    assert.deepEqual(await probe.fuses(calm()), { word: '1' });
    assert.equal(countedProbe(probe, undefined), probe);
  });

  it('gives the flash that was asked for, whatever was there', async () => {
    const flash = fc.uint8Array({ minLength: 4 * PAGE, maxLength: 4 * PAGE });
    await fc.assert(
      fc.asyncProperty(
        flash,
        flash,
        fc.integer({ min: 1, max: 3 * PAGE }),
        async (before, wanted, length) => {
          const content = before.slice();
          const part = { address: PAGE, bytes: wanted.slice(0, length) };
          await restorePages(memory(content), PAGE, [part], calm());
          assert.deepEqual(content.slice(PAGE, PAGE + length), part.bytes);
          assert.deepEqual(content.slice(0, PAGE), before.slice(0, PAGE));
        },
      ),
    );
  });
});
