import type { CallOptions, Identity, RunningImage, UpdateTransport } from '#core/capabilities.ts';
import type { FlashOperation } from '#drivers/machine/flash-model.ts';
import { type FlashMap, type FlashPart, FlashReads } from '#drivers/machine/flash-reads.ts';
import { MmioTrace } from '#drivers/machine/mmio-trace.ts';
import { NvmcDecoder } from '#drivers/machine/nvmc.ts';
import type { QemuMachine } from '#drivers/machine/qemu-machine.ts';
import type { QemuProcess } from '#drivers/machine/qemu-process.ts';

/** What an application is to do, as in `#virtual/hosted/chip.ts`. */
type Wish =
  | { readonly kind: 'boot' }
  | { readonly kind: 'confirm'; readonly identity: string }
  | { readonly kind: 'stage'; readonly image: Uint8Array };

interface App {
  readonly identity: string;
  readonly slot: string;
  readonly confirmed: boolean;
}

interface Run {
  readonly app: App | null;
  readonly granted: boolean;
  readonly booting: readonly FlashOperation[];
  readonly working: readonly FlashOperation[];
  readonly flash: Uint8Array;
  readonly reads: readonly FlashPart[];
}

/** How to talk to whatever runs on the machine. */
export interface ChipManners {
  readonly identity: Identity;
  readonly update: UpdateTransport;
  /** Resolves with true once an application announced itself since the machine was started, with false when none will. */
  readonly announced: (options: CallOptions) => Promise<boolean>;
  /** Milliseconds after which an application that announced itself must have answered. */
  readonly answerMs: number;
  readonly map: Pick<FlashMap, 'watched' | 'executed'>;
}

/**
 * A machine as a chip that is run again and again from flash of our choice: one QEMU process, whose machine is halted, given
 * flash and garbage in RAM, reset, and let go until its application answers. Every flash operation is told.
 */
export class QemuChip {
  readonly #machine: QemuMachine;
  readonly #manners: ChipManners;
  #session: Session | null = null;

  constructor(machine: QemuMachine, manners: ChipManners) {
    this.#machine = machine;
    this.#manners = manners;
  }

  /** BenchErrors of the machine, among them `qemu-died`. */
  async run(
    flash: Uint8Array,
    wish: Wish,
    { signal, closely }: { readonly signal: AbortSignal; readonly closely: number | null },
  ): Promise<Run> {
    const session = await this.#begin(signal);
    const options = { signal: AbortSignal.any([signal, session.process.died]) };
    await this.#machine.restart(flash, options);
    await session.trace.take();
    const { flash: shape } = this.#machine.recipe;
    session.decoder = new NvmcDecoder(shape);
    const reads = new FlashReads(session, { ...shape, ...this.#manners.map }, closely);
    await reads.begin(options);
    let app: App | null = null;
    const booting = await reads.during(options, async () => (app = await this.#app(options)));
    reads.tellExecuted();
    let granted = false;
    const working =
      wish.kind === 'boot' || app === null
        ? []
        : await reads.during(options, async () => (granted = await this.#grant(app, wish, options)));
    const left = await this.#machine.readFlash(session.process);
    this.#machine.learn(left);
    return { app, granted, booting, working, flash: left, reads: reads.parts };
  }

  /** The machine is off afterwards. */
  async end(): Promise<void> {
    this.#session?.trace.drop();
    this.#session = null;
    await this.#machine.crash();
  }

  async #begin(signal: AbortSignal): Promise<Session> {
    await this.#machine.powerOn({ signal });
    const { process } = this.#machine;
    if (process === null) throw new TypeError('a machine that is on has a process');
    if (this.#session?.process === process) return this.#session;
    this.#session?.trace.drop();
    const trace = new MmioTrace(process.qmp, `${process.logFile}.sweep`);
    await trace.start();
    const decoder = new NvmcDecoder(this.#machine.recipe.flash);
    this.#session = { process, trace, decoder, watchpoints: new Map() };
    return this.#session;
  }

  async #app(options: CallOptions): Promise<App | null> {
    if (!(await this.#manners.announced(options))) return null;
    const seen: RunningImage = await this.#manners.identity.read({
      ...options,
      deadlineMs: this.#manners.answerMs,
    });
    if (!seen.running) return null;
    const { identity, slot, confirmed } = seen;
    return { identity, slot, confirmed };
  }

  async #grant(
    app: App | null,
    wish: Exclude<Wish, { kind: 'boot' }>,
    options: CallOptions,
  ): Promise<boolean> {
    const { update } = this.#manners;
    if (wish.kind === 'stage') return (await update.offer(wish.image, options)).accepted;
    if (app === null || app.confirmed || app.identity !== wish.identity) return false;
    return (await update.confirm(options)).accepted;
  }
}

/** A process whose device writes are traced. */
export interface Session {
  readonly process: QemuProcess;
  readonly trace: MmioTrace;
  decoder: NvmcDecoder;
  /** Watchpoints for reading that are set: where in flash, and how many bytes. */
  readonly watchpoints: Map<number, number>;
}
