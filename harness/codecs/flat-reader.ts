import { messageError, parseFlatJson, type FlatValue } from '#codecs/flat-json.ts';

/** Takes the members of a flat JSON object by name and type; whatever is left over at the end is an error. Throws PeerError. */
export class FlatReader {
  readonly #kind: string;
  readonly #members: Map<string, FlatValue>;

  /** `kind` names the message in errors and starts their codes. */
  constructor(kind: string, bytes: Uint8Array, limit: number) {
    this.#kind = kind;
    this.#members = parseFlatJson(bytes, limit);
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  text(name: string, pattern: RegExp): string {
    const value = this.#take(name);
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw this.#misfit(name, String(pattern), value);
  }

  integer(name: string, min: number, max: number): number {
    const value = this.#take(name);
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw this.#misfit(name, `an integer from ${min} to ${max}`, value);
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.#take(name);
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw this.#misfit(name, choices.join(', '), value);
    return choice;
  }

  end(): void {
    const [left] = this.#members.keys();
    if (left !== undefined) throw this.#misfit(left, 'no such member', this.#take(left));
  }

  #take(name: string): FlatValue | undefined {
    const value = this.#members.get(name);
    this.#members.delete(name);
    return value;
  }

  #misfit(name: string, expected: string, got: FlatValue | undefined): Error {
    const shown = got === undefined ? 'nothing' : JSON.stringify(got);
    return messageError(
      `${this.#kind}-${name}`,
      `${name} of the ${this.#kind} does not fit`,
      expected,
      shown,
    );
  }
}
