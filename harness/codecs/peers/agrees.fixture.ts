import assert from 'node:assert/strict';
import type { Peer } from '#codecs/peers/peer.ts';
import { skipBecause } from '#contracts/skip.ts';

/** A short sweep of so many comparisons, the same ones every time, in which nothing differs; skips where the peer is missing. */
export async function assertAgrees(context: Mocha.Context, peer: Peer, count: number): Promise<void> {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const { compared, differ, skipped } = await peer.run({ count, seed: 1, log });
  if (skipped !== undefined) skipBecause(context, skipped);
  assert.deepEqual({ compared, differ }, { compared: count, differ: 0 }, lines.join('\n'));
}
