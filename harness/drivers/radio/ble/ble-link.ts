import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { PeerError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import type { DeviceAddress } from '#codecs/ble/address.ts';
import { HCI_STATUS, statusName } from '#codecs/ble/hci-status.ts';
import { ACL_START, type AclPacket } from '#codecs/ble/hci.ts';
import { encodeL2cap, L2capReassembler, type L2capFrame } from '#codecs/ble/l2cap.ts';
import type { LinkKey } from '#codecs/ble/pairing-roles.ts';
import type { AclFlow } from '#drivers/radio/ble/acl-flow.ts';
import { fragmentsOf, type Fragment } from '#drivers/radio/ble/fragment-plan.ts';
import type { HciHost } from '#drivers/radio/ble/hci-host.ts';

/** What a link is made of. */
export interface BleLinkOptions {
  readonly host: HciHost;
  readonly flow: AclFlow;
  readonly handle: number;
  readonly role: 'central' | 'peripheral';
  readonly own: DeviceAddress;
  readonly peer: DeviceAddress;
}

/** What whoever serves a link is told. */
export interface BleLinkListener {
  /** A whole frame, on any channel. */
  frame?(frame: L2capFrame): void;
  /** Encryption began or ended, or could not begin. */
  encryption?(status: number, enabled: boolean): void;
  /** The controller asks a peripheral for its key; the first listener that has one answers. */
  keyFor?(random: Uint8Array, diversifier: number): LinkKey | null;
}

/** Time a link may take to end or to be encrypted. */
const LINK_MS = 5000;

/** One connection: frames both ways, pieces as they are wanted, encryption, and its end. */
export class BleLink {
  readonly handle: number;
  readonly role: 'central' | 'peripheral';
  readonly own: DeviceAddress;
  readonly peer: DeviceAddress;
  readonly #options: BleLinkOptions;
  readonly #listeners = new Set<BleLinkListener>();
  readonly #reassembler = new L2capReassembler();
  readonly #closing = new AbortController();
  #encrypted = false;
  #reason: number | null = null;

  constructor(options: BleLinkOptions) {
    this.#options = options;
    ({ handle: this.handle, role: this.role, own: this.own, peer: this.peer } = options);
  }

  get clock(): Clock {
    return this.#options.host.clock;
  }

  get encrypted(): boolean {
    return this.#encrypted;
  }

  /** HCI reason of the link's end; null while it lives. */
  get reason(): number | null {
    return this.#reason;
  }

  /** Aborted when the link ends, with a PeerError that says why. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  listen(listener: BleLinkListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Sends a frame in pieces as large as the controller takes, cut besides where told. */
  send(frame: L2capFrame, cuts: readonly number[] = []): void {
    this.sendPieces(fragmentsOf(encodeL2cap(frame), this.#options.flow.buffers.aclLength, cuts));
  }

  /** Sends pieces as they are: whatever they hold, and whatever they say they are. */
  sendPieces(pieces: readonly Fragment[]): void {
    if (this.#reason !== null) return;
    for (const piece of pieces) this.#options.flow.push({ handle: this.handle, ...piece });
  }

  /** Ends the link; resolves when the controller says that it has ended. */
  async disconnect(options: CallOptions, reason: number = HCI_STATUS.remoteEnded): Promise<void> {
    if (this.#reason !== null) return;
    await this.#options.host.command({ type: 'disconnect', handle: this.handle, reason }, options);
    await this.#ended(options);
  }

  /** Asks the controller to encrypt with a key; gives the status, 0 for success. Central only. */
  async encrypt(key: Pick<LinkKey, 'key' | 'random' | 'diversifier'>, options: CallOptions): Promise<number> {
    const { host } = this.#options;
    const outcome = waitFor<number>(this.#wait(options, 'encryption was not confirmed'), (resolve) =>
      this.listen({ encryption: (status) => resolve(status) }),
    );
    // Whoever gets the command's refusal is not interested in the outcome any more.
    outcome.catch(() => undefined);
    const { key: ltk, random, diversifier } = key;
    await host.command(
      { type: 'leEnableEncryption', handle: this.handle, random, diversifier, key: ltk },
      options,
    );
    return outcome;
  }

  /** For the adapter: a packet of this link. */
  takeAcl({ start, data }: AclPacket): void {
    const frame = this.#reassembler.push(start !== ACL_START.continuation, data);
    if (frame === null || frame instanceof Error) return;
    for (const listener of this.#listeners) listener.frame?.(frame);
  }

  /** For the adapter: encryption changed. */
  takeEncryption(status: number, enabled: boolean): void {
    if (status === HCI_STATUS.success) this.#encrypted = enabled;
    for (const listener of this.#listeners) listener.encryption?.(status, enabled);
  }

  /** For the adapter: the controller wants a key. */
  takeKeyRequest(random: Uint8Array, diversifier: number): LinkKey | null {
    for (const listener of this.#listeners) {
      const key = listener.keyFor?.(random, diversifier) ?? null;
      if (key !== null) return key;
    }
    return null;
  }

  /** For the adapter: the link has ended. */
  takeEnd(reason: number): void {
    this.#reason = reason;
    this.#encrypted = false;
    this.#closing.abort(linkEnded(reason));
  }

  #ended(options: CallOptions): Promise<void> {
    if (this.#reason !== null) return Promise.resolve();
    const wait = { ...this.#wait(options, 'the link did not end'), signals: [options.signal] };
    return waitFor<void>(wait, (resolve) => {
      const done = () => resolve();
      this.closed.addEventListener('abort', done, { once: true });
      return () => this.closed.removeEventListener('abort', done);
    });
  }

  #wait(options: CallOptions, what: string) {
    const { host } = this.#options;
    const deadlineMs = options.deadlineMs ?? LINK_MS;
    const onDeadline = (): never => {
      throw new PeerError({
        code: 'ble-link-silent',
        message: `${what} within ${deadlineMs} ms`,
        remedy: 'look at the capture: the last packets say which side fell silent',
      });
    };
    return { clock: this.clock, signals: [options.signal, host.closed, this.closed], deadlineMs, onDeadline };
  }
}

function linkEnded(reason: number): PeerError {
  return new PeerError({
    code: 'ble-link-ended',
    message: 'the link has ended',
    got: statusName(reason),
    remedy: 'connect again; a supervision timeout without our doing is what a crash looks like',
  });
}
