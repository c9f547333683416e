import type { CallOptions, Identity, UpdateTransport } from '#core/capabilities.ts';
import type { FlashOperation } from '#drivers/machine/flash-model.ts';
import { type FlashMap, type FlashPart, FlashReads } from '#drivers/machine/flash-reads.ts';
import { MmioTrace } from '#drivers/machine/mmio-trace.ts';
import { NvmcDecoder } from '#drivers/machine/nvmc.ts';
import type { PatientClock } from '#drivers/machine/patient-clock.ts';
import type { QemuMachine } from '#drivers/machine/qemu-machine.ts';
import type { QemuProcess } from '#drivers/machine/qemu-process.ts';
import { Talk } from '#drivers/machine/talk.ts';

/** What an application is to do, as in `#virtual/hosted/chip.ts`. */
export type Wish =
  | { readonly kind: 'boot' }
  | { readonly kind: 'confirm'; readonly identity: string }
  | { readonly kind: 'stage'; readonly image: Uint8Array };

/** An application that answers. */
export interface App {
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

interface RunOptions {
  readonly signal: AbortSignal;
  readonly closely: number | null;
}

/** What a machine made of itself once it was started: an application announced itself, none will, or nothing was heard. */
export type Announced = 'running' | 'dead' | 'silent';

/** How to talk to whatever runs on the machine. */
export interface ChipManners {
  /** The clock that all of these wait by. */
  readonly clock: PatientClock;
  readonly identity: Identity;
  readonly update: UpdateTransport;
  readonly announced: (options: CallOptions) => Promise<Announced>;
  /** Settles once the machine has said, from now on, that nothing will run on it any more. */
  readonly gone: (options: CallOptions) => Promise<void>;
  /** Milliseconds after which an application that announced itself must have answered. */
  readonly answerMs: number;
  readonly map: Pick<FlashMap, 'watched' | 'executed'>;
}

/**
 * How much slower time goes by in the tries that a machine gets, from the same flash each time: silence on a busy host is
 * not held against it before it has kept silent in the last one, too.
 */
const TRIES = [3, 12] as const;

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
  async run(flash: Uint8Array, wish: Wish, how: RunOptions): Promise<Run> {
    for (const factor of TRIES) {
      this.#manners.clock.slowTo(factor);
      const run = await this.#try(flash, wish, how);
      if (!run.isSilent || factor === TRIES.at(-1)) return run.seen;
    }
    throw new TypeError('there is a last try');
  }

  async #try(flash: Uint8Array, wish: Wish, { signal, closely }: RunOptions): Promise<Tried> {
    const session = await this.#begin(signal);
    const options = { signal: AbortSignal.any([signal, session.process.died]) };
    await this.#machine.restart(flash, options);
    await session.trace.take(() => []);
    const { flash: shape } = this.#machine.recipe;
    session.decoder = new NvmcDecoder(shape);
    const reads = new FlashReads(session, { ...shape, ...this.#manners.map }, closely);
    await reads.begin(options);
    const talk = new Talk(this.#manners, options);
    const booting = await reads.during(options, () => talk.meet());
    reads.tellExecuted();
    const { app } = talk;
    const isIdle = wish.kind === 'boot' || app === null;
    const working = isIdle ? [] : await reads.during(options, () => talk.ask(app, wish));
    const left = await this.#machine.readFlash(session.process);
    this.#machine.learn(left);
    const { granted, isSilent } = talk;
    return { seen: { app, granted, booting, working, flash: left, reads: reads.parts }, isSilent };
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
}

/** What a try showed. */
interface Tried {
  readonly seen: Run;
  /** Whether something did not answer that should have. */
  readonly isSilent: boolean;
}

/** A process whose device writes are traced. */
export interface Session {
  readonly process: QemuProcess;
  readonly trace: MmioTrace;
  decoder: NvmcDecoder;
  /** Watchpoints for reading that are set: where in flash, and how many bytes. */
  readonly watchpoints: Map<number, number>;
}
