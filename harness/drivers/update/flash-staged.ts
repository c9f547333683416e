import type { CallOptions, FlashProbe, OfferOptions, Receipt, UpdateTransport } from '#core/capabilities.ts';

/** Bytes to be put at an address. */
export interface FlashWrite {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** What staging an image means on a board, or why it is impossible there. */
export type StagingPlan = { readonly writes: readonly FlashWrite[] } | { readonly refused: string };

/** How an update is staged behind the application's back. */
export interface FlashStagedOptions {
  readonly probe: FlashProbe;
  /** Image and pending mark in the board's own format; may read flash first. */
  plan(image: Uint8Array, mode: 'test' | 'permanent', options: CallOptions): Promise<StagingPlan>;
  /** Restarts the board from outside. */
  restart(options: CallOptions): Promise<void>;
  /** Makes the running image permanent: the application's business on every path. */
  confirm(options: CallOptions): Promise<Receipt>;
}

/** Writes an update and its pending mark with a debug probe, so that the boot loader alone decides. Path `flash-staged`. */
export class FlashStagedUpdate implements UpdateTransport {
  readonly paths = ['flash-staged'];
  readonly #options: FlashStagedOptions;

  constructor(options: FlashStagedOptions) {
    this.#options = options;
  }

  async offer(image: Uint8Array, options: OfferOptions): Promise<Receipt> {
    const plan = await this.#options.plan(image, options.mode ?? 'test', options);
    if ('refused' in plan) return { accepted: false, step: 'upload', reason: plan.refused };
    const total = plan.writes.reduce((sum, write) => sum + write.bytes.length, 0);
    let sent = 0;
    for (const write of plan.writes) {
      await this.#options.probe.write(write.address, write.bytes, { signal: options.signal });
      sent += write.bytes.length;
      options.onProgress?.(sent, total);
    }
    return { accepted: true, detail: `${total} bytes of flash written by the probe` };
  }

  activate(options: CallOptions): Promise<void> {
    return this.#options.restart(options);
  }

  confirm(options: CallOptions): Promise<Receipt> {
    return this.#options.confirm(options);
  }
}
