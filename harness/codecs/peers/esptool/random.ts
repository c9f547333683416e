import { hash } from 'node:crypto';

/** Choices that follow from a seed alone: SHA-256 of seed, case and counter. */
export class PeerRandom {
  readonly #name: string;
  #counter = 0;

  /** `name` tells one stream of a sweep from the next. */
  constructor(seed: number, name: string) {
    this.#name = `${seed} ${name}`;
  }

  /** Any bytes. */
  bytes(length: number): Uint8Array {
    const blocks: Uint8Array[] = [];
    for (let have = 0; have < length; have += 32) {
      blocks.push(hash('sha256', `${this.#name} ${this.#counter++}`, 'buffer'));
    }
    return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
  }

  /** From 0 to `max`, both included. */
  upTo(max: number): number {
    return Buffer.from(this.bytes(6)).readUIntBE(0, 6) % (max + 1);
  }

  /** One of these. */
  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.upTo(choices.length - 1)];
    if (choice === undefined) throw new RangeError('nothing to pick from');
    return choice;
  }

  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean {
    return this.upTo(99) < percent;
  }

  /** A word of printable letters, 0 to `max` long. */
  word(max: number): string {
    return Buffer.from(this.bytes(this.upTo(max)))
      .toString('base64url')
      .slice(0, max);
  }
}
