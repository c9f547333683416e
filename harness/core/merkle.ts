import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';

/** Leaves and nodes are hashed apart, so that no node passes for a leaf (RFC 9162 2.1.1). */
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Largest power of two below `n`, for n > 1. */
function split(n: number): number {
  return 2 ** Math.ceil(Math.log2(n) - 1);
}

function treeHash(leaves: readonly Uint8Array[], from: number, to: number): Uint8Array {
  if (to - from === 1) return sha256(concatBytes(LEAF, leaves[from] ?? new Uint8Array()));
  const middle = from + split(to - from);
  return sha256(concatBytes(NODE, treeHash(leaves, from, middle), treeHash(leaves, middle, to)));
}

/** Merkle tree hash of a list with SHA-256 (RFC 9162 2.1.1), hex; of no leaves the hash of nothing. */
export function merkleRoot(leaves: readonly Uint8Array[]): string {
  return bytesToHex(leaves.length === 0 ? sha256(new Uint8Array()) : treeHash(leaves, 0, leaves.length));
}
