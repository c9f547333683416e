import type { Capabilities, CapabilityName, RunningImage } from '#core/capabilities.ts';
import type { Image } from '#core/image.ts';
import type { BoardEntry, ConsoleLine, Flaw, OpenRig } from '#core/rig.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { facts } from '../../boards/nrf52840-dk/facts.ts';

/** A mistake of the tiny board: it never gives an unconfirmed image up. */
export const KEEPS: Flaw = {
  id: 'tiny/keeps-unconfirmed',
  family: 'rollback',
  title: 'An unconfirmed image stays',
  story: 'The trial ends in nothing.',
  cwe: null,
};

/** A mistake of the tiny board: input that starts with 0xff reboots it. */
export const REBOOTS: Flaw = {
  id: 'tiny/reboots-on-ff',
  family: 'fuzzed-wireless',
  title: 'A message that starts with 0xff reboots the board',
  story: 'An assertion on input.',
  cwe: null,
};

/** Parts of the tiny board to exchange. */
export interface TinyParts {
  readonly flaws?: readonly Flaw[];
  readonly capabilities?: Partial<Capabilities>;
  readonly offers?: readonly CapabilityName[];
  readonly prepare?: OpenRig['prepare'];
  readonly open?: BoardEntry['open'];
}

/** A board of two variables, which image runs and whether it is confirmed: enough to test an engine on. */
class TinyDevice {
  readonly clock = new SimClock();
  readonly #flaws: ReadonlySet<string>;
  readonly #golden: Image = facts.firmware.golden;
  readonly #listeners = new Set<(line: ConsoleLine) => void>();
  #confirmed = true;
  #running = this.#golden.digest;
  #staged: string | null = null;
  #boots = 0;

  constructor(flaws: readonly string[]) {
    this.#flaws = new Set(flaws);
  }

  /** Every capability that the device has. */
  capabilities(): Pick<Capabilities, 'identity' | 'update' | 'power' | 'radio'> {
    const reads = () => Promise.resolve(this.#running_());
    const resets = () => Promise.resolve(this.#boot());
    const done = () => Promise.resolve();
    return {
      identity: { read: reads, boots: () => [], forget: () => (this.#boots = 0) },
      update: {
        paths: ['tiny'],
        offer: (image) => {
          this.#staged = Buffer.from(image).toString('hex').slice(0, 16);
          return Promise.resolve({ accepted: true, detail: `${image.length} bytes` });
        },
        activate: resets,
        confirm: () => {
          this.#confirmed = true;
          return Promise.resolve({ accepted: true, detail: 'confirmed' });
        },
      },
      power: {
        on: resets,
        off: done,
        reset: resets,
        triggers: ['after'],
        cut: async ({ kind }, { signal }) => {
          await this.clock.sleep(10, signal);
          return { atMs: this.clock.now(), verified: `${kind}, by simulation` };
        },
      },
      radio: {
        protocols: ['smp'],
        inject: (_, bytes) => {
          if (bytes[0] === 0xff && this.#flaws.has(REBOOTS.id)) this.#boot();
          return Promise.resolve({ reaction: 'silent', bytes: new Uint8Array() });
        },
        alive: () => Promise.resolve({ alive: true, boots: this.#boots, how: 'echo' }),
      },
    };
  }

  prepare(): Promise<void> {
    this.#running = this.#golden.digest;
    this.#confirmed = true;
    this.#staged = null;
    this.print('tiny board ready\u0007');
    return Promise.resolve();
  }

  onConsole(listener: (line: ConsoleLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  print(text: string): void {
    for (const listener of this.#listeners) listener({ atMs: this.clock.now(), text });
  }

  #boot(): void {
    this.#boots += 1;
    if (this.#staged !== null) {
      this.#running = this.#staged;
      this.#confirmed = false;
      this.#staged = null;
    } else if (!this.#confirmed && !this.#flaws.has(KEEPS.id)) {
      this.#running = this.#golden.digest;
      this.#confirmed = true;
    }
  }

  #running_(): RunningImage {
    const [identity, confirmed] = [this.#running, this.#confirmed];
    return { running: true, identity, version: '1', slot: 'slot0', confirmed, how: 'tiny' };
  }
}

/** A bench entry for the tiny board. */
export function tinyBoard(parts: TinyParts = {}): BoardEntry {
  const flaws = parts.flaws ?? [KEEPS, REBOOTS];
  const offers = parts.offers ?? ['identity', 'update', 'power', 'radio'];
  const open: BoardEntry['open'] = (options) => {
    const device = new TinyDevice(options.flaws ?? []);
    return Promise.resolve({
      board: facts,
      kind: 'virtual',
      clock: device.clock,
      prepare: parts.prepare ?? (() => device.prepare()),
      onConsole: (listener) => device.onConsole(listener),
      instruments: { power: 'tiny supply' },
      ...device.capabilities(),
      ...parts.capabilities,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  };
  return { facts, kind: 'virtual', offers, flaws, open: parts.open ?? open };
}
