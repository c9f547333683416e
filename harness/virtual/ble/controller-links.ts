import { H4, type H4Packet } from '#codecs/ble/h4.ts';
import { HCI_STATUS } from '#codecs/ble/hci-status.ts';
import { ACL_START, encodeAcl, type AclPacket, type HciEvent, type LeEvent } from '#codecs/ble/hci.ts';
import type { AirEnd } from '#virtual/ble/air-link.ts';
import { HCI_VERSION, LE_FEATURES, NO_COMPANY, type ControllerFacts } from '#virtual/ble/controller-facts.ts';
import type { Handlers } from '#virtual/ble/controller-handlers.ts';

interface LinksOptions {
  readonly facts: ControllerFacts;
  readonly tell: (event: HciEvent | LeEvent) => void;
  readonly deliver: (packet: H4Packet) => void;
}

const MOST_HANDLES = 0xeff;
/** Reasons that Disconnect takes (Core 6 Vol 4 Part E 7.1.6). */
const LEGAL_REASONS: ReadonlySet<number> = new Set([0x05, 0x13, 0x14, 0x15, 0x1a, 0x29, 0x3b]);

/** The links of a controller: ACL both ways with flow control, and the commands that name a handle. */
export class ControllerLinks {
  readonly handlers: Handlers;
  readonly #options: LinksOptions;
  readonly #ends = new Map<number, AirEnd>();
  readonly #waiting = new Map<number, number>();
  #lastHandle = 0;

  constructor(options: LinksOptions) {
    this.#options = options;
    this.handlers = {
      disconnect: ({ handle, reason }) =>
        LEGAL_REASONS.has(reason)
          ? this.#with(handle, (end) => end.close(reason))
          : HCI_STATUS.invalidParameters,
      readRemoteVersion: ({ handle }) => this.#with(handle, () => this.#tellVersion(handle)),
      leReadRemoteFeatures: ({ handle }) =>
        this.#with(handle, () =>
          options.tell({ type: 'remoteFeatures', status: 0, handle, features: LE_FEATURES }),
        ),
      leConnectionUpdate: ({ handle, intervalMax, latency, timeout }) =>
        this.#with(handle, () =>
          options.tell({
            type: 'connectionUpdate',
            status: 0,
            handle,
            interval: intervalMax,
            latency,
            timeout,
          }),
        ),
      leSetDataLength: ({ handle }) => ({ status: this.#known(handle), handle }),
      leEnableEncryption: ({ handle, key, random, diversifier }) =>
        this.#with(handle, (end) => end.encrypt(key, random, diversifier)),
      leKeyReply: ({ handle, key }) => ({ status: this.#with(handle, (end) => end.answerKey(key)), handle }),
      leKeyNegativeReply: ({ handle }) => ({
        status: this.#with(handle, (end) => end.answerKey(null)),
        handle,
      }),
    };
  }

  /** A new link; gives its handle. */
  add(end: AirEnd): number {
    const handle = this.#freeHandle();
    this.#ends.set(handle, end);
    this.#waiting.set(handle, 0);
    end.listen({
      piece: (isStart, data) => this.#fromAir(handle, isStart, data),
      closed: (reason) => this.#closed(handle, reason),
      keyRequest: (random, diversifier) =>
        this.#options.tell({ type: 'keyRequest', handle, random, diversifier }),
      encryption: (status, enabled) =>
        this.#options.tell({ type: 'encryptionChange', status, handle, enabled: enabled ? 1 : 0 }),
    });
    return handle;
  }

  /** An ACL packet of the host goes on air; Completed Packets follows when it is delivered. */
  fromHost({ handle, start, data }: AclPacket): void {
    const end = this.#ends.get(handle);
    const { facts, tell } = this.#options;
    if (end === undefined) return;
    const waiting = this.#waiting.get(handle) ?? 0;
    if (waiting >= facts.aclCount || data.length > facts.aclLength) {
      tell({ type: 'bufferOverflow', linkType: 1 });
      return;
    }
    this.#waiting.set(handle, waiting + 1);
    end.send(start !== ACL_START.continuation, data, () => {
      if (!this.#ends.has(handle)) return;
      this.#waiting.set(handle, (this.#waiting.get(handle) ?? 1) - 1);
      tell({ type: 'completedPackets', handles: [{ handle, packets: 1 }] });
    });
  }

  /** Every link vanishes without a word. */
  reset(): void {
    for (const end of this.#ends.values()) end.vanish();
    this.#ends.clear();
    this.#waiting.clear();
  }

  #fromAir(handle: number, isStart: boolean, data: Uint8Array): void {
    const { aclLength } = this.#options.facts;
    for (let at = 0; at === 0 || at < data.length; at += aclLength) {
      const start = isStart && at === 0 ? ACL_START.fromController : ACL_START.continuation;
      this.#options.deliver({
        indicator: H4.acl,
        body: encodeAcl({ handle, start, data: data.subarray(at, at + aclLength) }).body,
      });
    }
  }

  #closed(handle: number, reason: number): void {
    this.#ends.delete(handle);
    this.#waiting.delete(handle);
    this.#options.tell({ type: 'disconnected', status: 0, handle, reason });
  }

  #tellVersion(handle: number): void {
    this.#options.tell({
      type: 'remoteVersion',
      status: 0,
      handle,
      version: HCI_VERSION,
      company: NO_COMPANY,
      subversion: 0,
    });
  }

  #known(handle: number): number {
    return this.#ends.has(handle) ? HCI_STATUS.success : HCI_STATUS.unknownConnection;
  }

  #with(handle: number, step: (end: AirEnd) => void): number {
    const end = this.#ends.get(handle);
    if (end === undefined) return HCI_STATUS.unknownConnection;
    step(end);
    return HCI_STATUS.success;
  }

  #freeHandle(): number {
    do this.#lastHandle = (this.#lastHandle % MOST_HANDLES) + 1;
    while (this.#ends.has(this.#lastHandle));
    return this.#lastHandle;
  }
}
