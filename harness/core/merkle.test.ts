import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { merkleRoot } from '#core/merkle.ts';

const sha = (...parts: readonly (Uint8Array | string)[]) => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};
const leaf = (text: string) => sha('\u0000', text);
const node = (left: Uint8Array, right: Uint8Array) => sha('\u0001', left, right);
const root = (...texts: readonly string[]) => merkleRoot(texts.map((text) => new TextEncoder().encode(text)));

describe('Merkle tree', () => {
  it('of nothing is the hash of nothing, of one leaf its leaf hash', () => {
    assert.equal(root(), sha().toString('hex'));
    assert.equal(root('a'), leaf('a').toString('hex'));
  });

  it('of three, five and seven leaves is split at the largest power of two below', () => {
    const [a, b, c, d, e, f, g] = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(leaf) as [Buffer, ...Buffer[]];
    const four = node(node(a, b ?? a), node(c ?? a, d ?? a));
    assert.equal(root('a', 'b', 'c'), node(node(a, b ?? a), c ?? a).toString('hex'));
    assert.equal(root('a', 'b', 'c', 'd'), four.toString('hex'));
    assert.equal(root('a', 'b', 'c', 'd', 'e'), node(four, e ?? a).toString('hex'));
    assert.equal(
      root('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      node(four, node(node(e ?? a, f ?? a), g ?? a)).toString('hex'),
    );
  });

  it('takes no inner node for a leaf', () => {
    const pair = Buffer.concat([leaf('a'), leaf('b')]);
    assert.notEqual(merkleRoot([pair]), root('a', 'b'));
  });
});
