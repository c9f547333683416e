import type { CallOptions } from '#core/capabilities.ts';
import { BenchError, UsageError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import { formatAddress, sameAddress, type DeviceAddress } from '#codecs/ble/address.ts';
import { HCI_STATUS, statusName } from '#codecs/ble/hci-status.ts';
import { bitMask, type HciEvent, type LeEvent } from '#codecs/ble/hci.ts';
import type { RawPdu } from '#codecs/ble/pdu.ts';
import { setUpAdvertising, type AdvertisedContent } from '#drivers/radio/ble/advertised-content.ts';
import { AclFlow, type AclBuffers } from '#drivers/radio/ble/acl-flow.ts';
import { tellSightings, type Sighting } from '#drivers/radio/ble/advertising-reports.ts';
import { BleLink } from '#drivers/radio/ble/ble-link.ts';
import type { HciHost } from '#drivers/radio/ble/hci-host.ts';

export interface BleAdapterOptions {
  readonly host: HciHost;
  /** Our address; static random, because development boards have no public one. */
  readonly address: DeviceAddress;
  /** The only devices that are ever connected to. Without one, nothing is. */
  readonly allow: readonly DeviceAddress[];
}

export interface ConnectOptions extends CallOptions {
  /** Connection interval in 1.25 ms; default 6, the shortest there is. */
  readonly interval?: number;
  /** Supervision timeout in 10 ms; default 100. */
  readonly timeout?: number;
}

/** Events that a host needs, of those that are off or on by default. */
const EVENT_BITS = [4, 7, 11, 13, 14, 15, 25, 47, 61] as const;
/** Subevents 1 to 5, 7, 10, 12 and 13. */
const LE_EVENT_BITS = [0, 1, 2, 3, 4, 6, 9, 11, 12] as const;
const CONNECT_MS = 5000;
const SCAN_SLOTS = 0x10;

/** A controller brought up as an LE device: scans, connects to allowed devices, advertises. */
export class BleAdapter {
  readonly host: HciHost;
  readonly flow: AclFlow;
  /** The address that we were opened with. */
  readonly home: DeviceAddress;
  readonly #allow: readonly DeviceAddress[];
  readonly #links = new Map<number, BleLink>();
  #accept: ((link: BleLink) => void) | null = null;
  #hardwareErrors = 0;
  #address: DeviceAddress;

  private constructor(options: BleAdapterOptions, buffers: AclBuffers) {
    ({ host: this.host, address: this.home, allow: this.#allow } = options);
    this.#address = this.home;
    this.flow = new AclFlow(buffers, (packet) => this.host.send(packet));
    this.host.listen({
      event: (event) => this.#take(event),
      acl: (packet) => this.#links.get(packet.handle)?.takeAcl(packet),
    });
  }

  /** Resets the controller and sets it up. */
  static async open(options: BleAdapterOptions, call: CallOptions): Promise<BleAdapter> {
    const { host, address } = options;
    await host.command({ type: 'reset' }, call);
    await host.command({ type: 'setEventMask', mask: bitMask(...EVENT_BITS) }, call);
    await host.command({ type: 'leSetEventMask', mask: bitMask(...LE_EVENT_BITS) }, call);
    const le = await host.command({ type: 'leReadBufferSize' }, call);
    const buffers = le.aclLength > 0 ? le : await host.command({ type: 'readBufferSize' }, call);
    if (address.type === 1) {
      await host.command({ type: 'leSetRandomAddress', address: address.bytes }, call);
    }
    return new BleAdapter(options, buffers);
  }

  /** The address that we come from by now. */
  get address(): DeviceAddress {
    return this.#address;
  }

  /** Links from now on come from this address of ours. Random addresses only: a public one is the controller's. */
  async become(address: DeviceAddress, call: CallOptions): Promise<void> {
    if (sameAddress(address, this.#address)) return;
    await this.host.command({ type: 'leSetRandomAddress', address: address.bytes }, call);
    this.#address = address;
  }

  get links(): readonly BleLink[] {
    return [...this.#links.values()];
  }

  /** Times that our own controller reported a fault of its own: such a campaign proves nothing. */
  get hardwareErrors(): number {
    return this.#hardwareErrors;
  }

  /** Hands on what is advertised until the returned function is called. */
  async scan(listener: (sighting: Sighting) => void, call: CallOptions): Promise<() => Promise<void>> {
    const parameters = {
      scanType: 0,
      interval: SCAN_SLOTS,
      window: SCAN_SLOTS,
      ownAddressType: this.address.type,
      filterPolicy: 0,
    };
    await this.host.command({ type: 'leSetScanParameters', ...parameters }, call);
    const stop = this.host.listen({ event: (event) => tellSightings(event, listener) });
    await this.host.command({ type: 'leSetScanEnable', enable: 1, filterDuplicates: 0 }, call);
    return async () => {
      stop();
      await this.host.command({ type: 'leSetScanEnable', enable: 0, filterDuplicates: 0 }, call);
    };
  }

  /** Connects to an allowed device. UsageError `ble-target`; BenchError `ble-not-found` after the deadline (default 5 s). */
  async connect(peer: DeviceAddress, options: ConnectOptions): Promise<BleLink> {
    this.#check(peer);
    const { signal, deadlineMs = CONNECT_MS, interval = 6, timeout = 100 } = options;
    const arrived = waitFor<BleLink>(
      {
        clock: this.host.clock,
        signals: [signal, this.host.closed],
        deadlineMs,
        onDeadline: () => notFound(peer, deadlineMs),
      },
      (resolve, reject) =>
        this.host.listen({
          event: (event) => {
            if (event.type !== 'connected' && event.type !== 'connectedEnhanced') return;
            const link = this.#links.get(event.handle);
            if (event.status !== HCI_STATUS.success) reject(notConnected(peer, event.status));
            else if (link?.role === 'central' && sameAddress(link.peer, peer)) resolve(link);
          },
        }),
    );
    arrived.catch(() => undefined);
    await this.#create(peer, { interval, timeout }, { signal });
    try {
      return await arrived;
    } catch (error) {
      if (!signal.aborted)
        await this.host.command({ type: 'leCreateConnectionCancel' }, { signal }).catch(() => null);
      throw error;
    }
  }

  /** Advertises until somebody connects, whose link is given to `accept`. Gives how to stop before. */
  async advertise(
    content: AdvertisedContent,
    accept: (link: BleLink) => void,
    call: CallOptions,
  ): Promise<() => Promise<void>> {
    const run = (enable: number) => this.host.command({ type: 'leSetAdvertisingEnable', enable }, call);
    await setUpAdvertising(this.host, this.address, content, call);
    this.#accept = accept;
    await run(1);
    return async () => {
      this.#accept = null;
      await run(0);
    };
  }

  /** Resets the controller: every link vanishes from the air without a word. */
  async vanish(call: CallOptions): Promise<void> {
    await this.host.command({ type: 'reset' }, call);
    for (const [handle, link] of this.#links) this.#end(handle, link, HCI_STATUS.localEnded);
    await this.host.command({ type: 'setEventMask', mask: bitMask(...EVENT_BITS) }, call);
    await this.host.command({ type: 'leSetEventMask', mask: bitMask(...LE_EVENT_BITS) }, call);
    await this.host.command({ type: 'leSetRandomAddress', address: this.address.bytes }, call);
  }

  #check(peer: DeviceAddress): void {
    if (this.#allow.some((allowed) => sameAddress(allowed, peer))) return;
    throw new UsageError({
      code: 'ble-target',
      message: `${formatAddress(peer)} is not on the list of devices that may be connected to`,
      expected: this.#allow.map(formatAddress).join(', ') || 'a device; the list is empty',
      got: formatAddress(peer),
      remedy: 'list the address of your own board; no other device is ever talked to',
    });
  }

  async #create(
    peer: DeviceAddress,
    { interval, timeout }: { readonly interval: number; readonly timeout: number },
    call: CallOptions,
  ): Promise<void> {
    await this.host.command(
      {
        type: 'leCreateConnection',
        scanInterval: SCAN_SLOTS,
        scanWindow: SCAN_SLOTS,
        filterPolicy: 0,
        addressType: peer.type,
        address: peer.bytes,
        ownAddressType: this.address.type,
        intervalMin: interval,
        intervalMax: interval,
        latency: 0,
        timeout,
        ceMin: 0,
        ceMax: 0,
      },
      call,
    );
  }

  #take(event: HciEvent | LeEvent | RawPdu): void {
    switch (event.type) {
      case 'connected':
      case 'connectedEnhanced':
        if (event.status === HCI_STATUS.success) this.#add(event);
        break;
      case 'disconnected': {
        const link = this.#links.get(event.handle);
        if (link !== undefined) this.#end(event.handle, link, event.reason);
        break;
      }
      case 'completedPackets':
        for (const { handle, packets } of event.handles) this.flow.completed(handle, packets);
        break;
      case 'encryptionChange':
      case 'encryptionChangeV2':
        this.#links.get(event.handle)?.takeEncryption(event.status, event.enabled !== 0);
        break;
      case 'encryptionRefresh':
        this.#links.get(event.handle)?.takeEncryption(event.status, true);
        break;
      case 'keyRequest':
        this.#answerKey(event);
        break;
      case 'hardwareError':
        this.#hardwareErrors += 1;
        break;
      default:
    }
  }

  #add(event: Extract<LeEvent, { readonly type: 'connected' | 'connectedEnhanced' }>): void {
    const { handle, peerAddressType, peerAddress } = event;
    const role = event.role === 0 ? 'central' : 'peripheral';
    const peer = { type: peerAddressType & 1, bytes: peerAddress };
    const { host, flow, address: own } = this;
    const link = new BleLink({ host, flow, handle, role, own, peer });
    this.#links.set(handle, link);
    if (role === 'central') return;
    this.#accept?.(link);
    this.#accept = null;
  }

  #end(handle: number, link: BleLink, reason: number): void {
    this.#links.delete(handle);
    this.flow.ended(handle);
    link.takeEnd(reason);
  }

  #answerKey({ handle, random, diversifier }: Extract<LeEvent, { readonly type: 'keyRequest' }>): void {
    const key = this.#links.get(handle)?.takeKeyRequest(random, diversifier) ?? null;
    const call = { signal: this.host.closed };
    const answered =
      key === null
        ? this.host.command({ type: 'leKeyNegativeReply', handle }, call)
        : this.host.command({ type: 'leKeyReply', handle, key: key.key }, call);
    // A link that ended meanwhile has no use for the answer, and its end is told apart.
    answered.catch(() => undefined);
  }
}

function notFound(peer: DeviceAddress, ms: number): never {
  throw new BenchError({
    code: 'ble-not-found',
    message: `${formatAddress(peer)} could not be connected to within ${ms} ms`,
    remedy: 'check that the board is powered, advertises, and has no other connection',
  });
}

function notConnected(peer: DeviceAddress, status: number): BenchError {
  return new BenchError({
    code: 'ble-not-connected',
    message: `${formatAddress(peer)} was not connected to`,
    got: statusName(status),
    remedy: 'check the range, and that the board takes connections',
  });
}
