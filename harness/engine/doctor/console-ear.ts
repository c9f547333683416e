import type { Channel } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { printable } from '#engine/printable.ts';

/** Bytes that are kept for quoting. */
const KEPT = 65_536;
/** Characters of a quotation. */
const QUOTED = 60;

/** Hears all that a board says on its console, prompts without a line end too. */
export class ConsoleEar {
  readonly #listening: Promise<void>;
  #heard = '';
  #failure: unknown = null;

  constructor(channel: Channel) {
    this.#listening = this.#listen(channel);
  }

  /** Forgets what was heard so far. */
  forget(): void {
    this.#heard = '';
  }

  /** What was heard since `forget`. Throws what ended the channel, if anything did. */
  get heard(): string {
    if (this.#failure !== null) throw this.#failure;
    return this.#heard;
  }

  /** The end of it, for a person. */
  get quotation(): string {
    return `"${printable(this.#heard.trim().slice(-QUOTED), QUOTED)}"`;
  }

  /** Waits until the board says something and then is quiet for a while, at most `atMost` ms of rig time. */
  async await(clock: Clock, atMost: number, signal: AbortSignal): Promise<string> {
    const step = 100;
    let quiet = 0;
    for (let waited = 0; waited < atMost && quiet < 3; waited += step) {
      const before = this.heard.length;
      await clock.sleep(step, signal);
      quiet = this.heard.length === before && before > 0 ? quiet + 1 : 0;
    }
    return this.heard;
  }

  /** Resolves once the channel was closed. */
  async ended(): Promise<void> {
    await this.#listening;
  }

  async #listen(channel: Channel): Promise<void> {
    try {
      for await (const chunk of channel.incoming) {
        this.#heard = (this.#heard + Buffer.from(chunk).toString('latin1')).slice(-KEPT);
      }
    } catch (error) {
      this.#failure = error;
    }
  }
}
