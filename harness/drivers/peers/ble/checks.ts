import { isDeepStrictEqual } from 'node:util';
import type { PeerResult } from '#codecs/peers/peer.ts';

/** Compares what two implementations made of the same thing, and counts. */
export class Checks {
  compared = 0;
  differ = 0;
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  get result(): PeerResult {
    return { compared: this.compared, differ: this.differ };
  }

  /** One comparison; an error on either side is a difference. */
  async check(name: string, got: () => unknown, expected: unknown): Promise<void> {
    this.compared += 1;
    let seen: unknown;
    try {
      seen = await got();
    } catch (error) {
      seen = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
    if (isDeepStrictEqual(seen, expected)) return;
    this.differ += 1;
    this.#log(`${name}: expected ${shown(expected)}, got ${shown(seen)}`);
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    inner instanceof Uint8Array ? Buffer.from(inner).toString('hex') : inner,
  );
  return text === undefined ? String(value) : text.slice(0, 400);
}
