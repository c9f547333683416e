import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import type { App, ChipManners, Wish } from '#drivers/machine/qemu-chip.ts';

/** What is said to the application of a machine that was just started, and what came of it. */
export class Talk {
  app: App | null = null;
  granted = false;
  /** Whether something did not answer that should have. */
  isSilent = false;
  readonly #manners: ChipManners;
  readonly #options: CallOptions;

  constructor(manners: ChipManners, options: CallOptions) {
    this.#manners = manners;
    this.#options = options;
  }

  /** Waits for an application, and asks who it is. */
  async meet(): Promise<void> {
    const announced = await this.#manners.announced(this.#options);
    if (announced === 'running') this.app = await this.#whoRuns();
    this.isSilent = this.app === null && announced !== 'dead';
  }

  /** Asks for something; whoever keeps silent, answers nonsense or is gone has not done it. */
  async ask(app: App, wish: Wish): Promise<void> {
    const over = new AbortController();
    const options = { signal: AbortSignal.any([this.#options.signal, over.signal]) };
    const granted = this.#grant(app, wish, options);
    const gone = this.#manners.gone(options).then(() => false);
    try {
      this.granted = await Promise.race([granted, gone]);
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      this.isSilent = true;
    } finally {
      over.abort();
      await Promise.allSettled([granted, gone]);
    }
  }

  async #whoRuns(): Promise<App | null> {
    const { identity: board, answerMs } = this.#manners;
    const seen = await board.read({ ...this.#options, deadlineMs: answerMs });
    if (!seen.running) return null;
    const { identity, slot, confirmed } = seen;
    return { identity, slot, confirmed };
  }

  async #grant(app: App, wish: Wish, options: CallOptions): Promise<boolean> {
    const { update } = this.#manners;
    if (wish.kind === 'boot') return false;
    if (wish.kind === 'stage') return (await update.offer(wish.image, options)).accepted;
    if (app.confirmed || app.identity !== wish.identity) return false;
    return (await update.confirm(options)).accepted;
  }
}
