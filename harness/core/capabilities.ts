import type { Oracle } from '#core/alarm.ts';
import type { InputProtocol } from '#core/board.ts';
import type { CurrentReading } from '#core/current.ts';
import type { CutSweep } from '#core/cut-sweep.ts';
import type { Tear } from '#core/tear.ts';

/** Every slow call takes these. Deadlines are on the rig's clock. */
export interface CallOptions {
  readonly signal: AbortSignal;
  /** Milliseconds from now; each call documents its default. */
  readonly deadlineMs?: number;
}

/** Two directions and a close. Bytes in arrive in any chunking. */
export interface Channel {
  /** What it is, for errors and reports: `virtual uart0`, `/dev/serial/by-id/...`. */
  readonly name: string;
  write(bytes: Uint8Array, options: CallOptions): Promise<void>;
  /** Bytes from the board since the channel opened; ends when closed. One reader at a time. */
  readonly incoming: AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export type CutTrigger =
  | { readonly kind: 'after'; readonly ms: number }
  | { readonly kind: 'line'; readonly contains: string; readonly plusMs: number }
  | { readonly kind: 'operation'; readonly index: number; readonly tear: Tear; readonly seed: number };

/** How the supply fell at a cut, as an instrument measured it. */
export interface RailFall {
  readonly fromMv: number;
  /** Level taken for off, and the time it took to fall below it. */
  readonly belowMv: number;
  readonly fallMs: number;
}

export interface CutReceipt {
  /** Rig clock. */
  readonly atMs: number;
  /** Flash operation that was cut, where the rig can count. */
  readonly operation?: { readonly index: number; readonly kind: string; readonly address: number };
  /** What the instrument measured of the drop, or why it cannot. */
  readonly verified: string;
  readonly rail?: RailFall;
}

/** Controls the board's supply. */
export interface PowerControl {
  on(options: CallOptions): Promise<void>;
  off(options: CallOptions): Promise<void>;
  /** Hardware reset line or power cycle, whichever the rig has. */
  reset(options: CallOptions): Promise<void>;
  /** Arms a cut and resolves once power went off; leaves the board off. BenchError `cut-not-reached` when the trigger never came before the deadline (default 60 s). */
  cut(trigger: CutTrigger, options: CallOptions): Promise<CutReceipt>;
  /** What the board draws just now; left out where the instrument does not measure. */
  readonly measure?: (options: CallOptions) => Promise<CurrentReading>;
  /** Triggers this instrument can honour. */
  readonly triggers: readonly CutTrigger['kind'][];
}

export interface OfferOptions extends CallOptions {
  /** One of the board's `updatePaths`; default the first. */
  readonly path?: string;
  /** `test` reverts unless confirmed; `permanent` asks for no trial. Formats without the choice take `test`. */
  readonly mode?: 'test' | 'permanent';
  /** `bytesPerSecond` since the start, on the rig's clock, where the transport measures it. */
  readonly onProgress?: (sent: number, total: number, bytesPerSecond?: number) => void;
}

/** How the board took an offered image. A refusal is an observation, not an error. */
export type Receipt =
  | { readonly accepted: true; readonly detail: string }
  | {
      readonly accepted: false;
      /** Step at which it was refused: `upload`, `verify`, `mark-pending`. */
      readonly step: string;
      readonly reason: string;
    };

/** Puts an image on the board the way its users do. */
export interface UpdateTransport {
  readonly paths: readonly string[];
  /** Transfers the image and asks for it to be booted next; does not restart the board. */
  offer(image: Uint8Array, options: OfferOptions): Promise<Receipt>;
  /** Asks the application to restart, so that what was offered is tried. */
  activate(options: CallOptions): Promise<void>;
  /** Makes the running image permanent. A refusal is an observation. */
  confirm(options: CallOptions): Promise<Receipt>;
}

/** Which image runs, from which slot, how we know. */
export type RunningImage =
  | {
      readonly running: true;
      /** As `Image.identity`. */
      readonly identity: string;
      readonly version: string;
      readonly slot: string;
      readonly confirmed: boolean;
      /** `SMP image state`, `MQTT status`, ... */
      readonly how: string;
    }
  | {
      readonly running: false;
      /** What was tried and what came instead, with the last console lines. */
      readonly why: string;
    };

/** A boot that the console announced. */
export interface BootSeen {
  readonly atMs: number;
  readonly version: string;
  /** As `Image.buildId`. */
  readonly buildId: string;
}

export interface Identity {
  /** Waits until an application answers, at most the deadline (default 30 s of rig time). */
  read(options: CallOptions): Promise<RunningImage>;
  /** Applications that announced themselves since `forget`, oldest first. */
  boots(): readonly BootSeen[];
  forget(): void;
}

/**
 * How far up the ladder of liveness was looked: L0 the link layer acknowledges, L1 valid input is answered, L2 after a
 * disconnection it advertises and takes a new link, L3 its database is what it was, L4 no boot and no fault on the console.
 */
export type Rung = 'L0' | 'L1' | 'L2' | 'L3' | 'L4';

export interface Liveness {
  readonly alive: boolean;
  /** Rungs that were looked at besides the console; left out: L1 alone. */
  readonly looked?: readonly Rung[];
  /** Boot banners since the last `forget` of identity; a rise without our doing is a silent reboot. */
  readonly boots: number;
  readonly how: string;
  /** Which rung of the ladder failed, where the link tells more than that the question was not answered. */
  readonly oracle?: Oracle;
  /** Starts that the board itself has counted; a rise without our doing is a reboot, though no console tells of it. */
  readonly starts?: number;
  /** Why the board last started, by its own answer; left out where it does not say. */
  readonly resetReason?: string;
}

/** What the board did with one injected input. */
export interface InjectReply {
  /** `answered`, `silent`, `closed`. Never judged by itself. */
  readonly reaction: 'answered' | 'silent' | 'closed';
  /** Bytes of the answer, at most 64 KiB. */
  readonly bytes: Uint8Array;
  /** The board took the input for good: it said so, or was seen to act on it. Left out: nobody could tell. */
  readonly accepted?: boolean;
}

/** Sends raw, possibly malformed input over the board's wireless or management interface. */
export interface RadioLink {
  readonly protocols: readonly InputProtocol[];
  inject(protocol: InputProtocol, bytes: Uint8Array, options: CallOptions): Promise<InjectReply>;
  /** Sends valid input and waits for the application's own answer (default deadline 5 s of rig time). */
  alive(protocol: InputProtocol, options: CallOptions): Promise<Liveness>;
  /** What passed by way of this protocol since the last call, as a pcapng file; null: nothing did, or it is not kept. */
  capture?(protocol: InputProtocol): Uint8Array | null;
}

/** Reads and edits flash while the application cannot object. */
export interface FlashProbe {
  read(address: number, length: number, options: CallOptions): Promise<Uint8Array>;
  /** Erases the pages touched and writes; for restoring and for staging. */
  write(address: number, bytes: Uint8Array, options: CallOptions): Promise<void>;
  /** Protection and counter state, for the report's device block. */
  fuses(options: CallOptions): Promise<Readonly<Record<string, string>>>;
}

/** Saves and returns to a whole state of the board, flash and fuses; virtual and machine rigs only. */
export interface Checkpoint {
  save(options: CallOptions): Promise<string>;
  /** The board is off afterwards. */
  restore(id: string, options: CallOptions): Promise<void>;
}

/** One word per capability, everywhere. */
export interface Capabilities {
  readonly channel: Channel;
  readonly power: PowerControl;
  readonly update: UpdateTransport;
  readonly radio: RadioLink;
  readonly probe: FlashProbe;
  readonly identity: Identity;
  readonly checkpoint: Checkpoint;
  readonly sweep: CutSweep;
}

export type CapabilityName = keyof Capabilities;
