import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import type { Json } from '#core/canonical.ts';
import { link, toLine, type Evidence } from '#core/evidence.ts';
import { readChain, wholeChain } from '#engine/read-chain.ts';

function chainOf(values: readonly Json[]): Evidence[] {
  const chain: Evidence[] = [];
  for (const [index, value] of values.entries()) chain.push(link(chain.at(-1), index, 'verb', value));
  return chain;
}

const fileOf = (chain: readonly Evidence[]) => Buffer.from(chain.map(toLine).join(''));
const values = fc.array(fc.jsonValue(), { minLength: 3, maxLength: 8 });

describe('reading a chain', () => {
  it('gives back every entry that was written', () => {
    fc.assert(
      fc.property(values, (data) => {
        const chain = JSON.parse(JSON.stringify(chainOf(data))) as Evidence[];
        deepEqual(readChain(fileOf(chain)), { entries: chain, problem: null });
        deepEqual(wholeChain(fileOf(chain)), chain);
      }),
    );
  });

  it('is not led astray by data that looks like the hash of an entry', () => {
    const [first] = chainOf(['one']) as [Evidence];
    const chain = chainOf([
      { hash: first.hash, kind: `"hash":"${first.hash}",` },
      [first as unknown as Json],
    ]);
    equal(readChain(fileOf(chain)).problem, null);
  });

  it('names the first entry that was changed, moved, dropped or added', () => {
    fc.assert(
      fc.property(values, fc.nat(), (data, pick) => {
        const chain = chainOf(data);
        const at = pick % (chain.length - 1);
        const broken = (other: readonly Evidence[]) => readChain(fileOf(other)).problem?.entry;
        equal(
          broken(chain.map((entry, index) => (index === at ? { ...entry, at: entry.at + 1 } : entry))),
          at,
        );
        equal(broken(chain.toSpliced(at, 1)), at);
        equal(broken(chain.toSpliced(at, 0, link(undefined, 0, 'verb', null))), at === 0 ? 1 : at);
      }),
    );
  });

  it('tells a line that says the same in other words from what was written', () => {
    const text = fileOf(chainOf(['one', 'two']))
      .toString()
      .replace('"seq":1', '"seq": 1');
    deepEqual(readChain(Buffer.from(text)).problem, { entry: 1, what: 'is not as it was written' });
  });

  it('keeps what is whole of a file that was cut off', () => {
    const chain = chainOf(['one', 'two']);
    const { entries, problem } = readChain(fileOf(chain).subarray(0, -5));
    deepEqual(entries, chain.slice(0, 1));
    deepEqual(problem, { entry: 1, what: 'was cut off while it was written' });
  });
});
