import type { MqttFrame } from '#codecs/mqtt.ts';

/** Longest a broker is waited for with simulated time at rest, real milliseconds. */
const PATIENCE_MS = 5000;

/** First byte of packets that a broker must answer, and of the answer. */
const ANSWERS: readonly (readonly [asked: number, answered: number])[] = [
  [0x10, 0x20],
  [0x82, 0x90],
  [0xa2, 0xb0],
  [0xc0, 0xd0],
  [0x32, 0x40],
  [0x33, 0x40],
];

/** Keeps simulated time still while the broker of a connection owes an answer. */
export class ExchangeHold {
  readonly #hold: (() => () => void) | undefined;
  readonly #owed = new Map<number, number>();
  #release: (() => void) | null = null;
  #patience: NodeJS.Timeout | undefined;

  constructor(hold: (() => () => void) | undefined) {
    this.#hold = hold;
  }

  asked(frame: MqttFrame): void {
    const answer = ANSWERS.find(([first]) => first === frame.first)?.[1];
    if (this.#hold === undefined || answer === undefined) return;
    this.#owed.set(answer, (this.#owed.get(answer) ?? 0) + 1);
    this.#release ??= this.#hold();
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.end(), PATIENCE_MS);
  }

  answered(frame: MqttFrame): void {
    const left = (this.#owed.get(frame.first) ?? 0) - 1;
    if (left > 0) this.#owed.set(frame.first, left);
    else this.#owed.delete(frame.first);
    if (this.#owed.size === 0) this.end();
  }

  /** The connection ended, or the broker is not worth waiting for. */
  end(): void {
    clearTimeout(this.#patience);
    this.#owed.clear();
    this.#release?.();
    this.#release = null;
  }
}
