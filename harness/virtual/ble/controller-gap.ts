import type { DeviceAddress } from '#codecs/ble/address.ts';
import { HCI_STATUS } from '#codecs/ble/hci-status.ts';
import type { HciCommand, HciEvent, LeEvent } from '#codecs/ble/hci.ts';
import type { Air, Heard } from '#virtual/ble/air.ts';
import type { AirEnd } from '#virtual/ble/air-link.ts';
import type { Handlers } from '#virtual/ble/controller-handlers.ts';
import type { ControllerLinks } from '#virtual/ble/controller-links.ts';

interface GapOptions {
  readonly air: Air;
  readonly address: Uint8Array;
  readonly links: ControllerLinks;
  tell(event: HciEvent | LeEvent): void;
}

type Create = Extract<HciCommand, { readonly type: 'leCreateConnection' }>;

/** Advertising types of legacy reports, and of commands. */
const EVENT = { connectable: 0, nonConnectable: 3, scanResponse: 4 } as const;
const SLOT_MS = 0.625;
/** Interval, latency and timeout of a link whose maker is the other side: 30 ms, none, 720 ms. */
const USUAL = { interval: 24, latency: 0, timeout: 72 } as const;
const UNKNOWN_RSSI = 127;
const TIMEOUT_UNIT_MS = 10;
const NOT_YET = { intervalMin: 0x800, advertisingType: 0, ownAddressType: 0 } as const;

/** Advertising, scanning and connecting of a controller. */
export class ControllerGap {
  readonly handlers: Handlers;
  readonly #options: GapOptions;
  #randomAddress = new Uint8Array(6);
  #parameters: { intervalMin: number; advertisingType: number; ownAddressType: number } = NOT_YET;
  #asksForResponses = false;
  #data = new Uint8Array();
  #scanResponse = new Uint8Array();
  #stopAdvertising: (() => void) | null = null;
  #stopScan: (() => void) | null = null;
  #giveUp: (() => void) | null = null;

  constructor(options: GapOptions) {
    this.#options = options;
    const fine = { status: HCI_STATUS.success };
    this.handlers = {
      leSetRandomAddress: ({ address }) => {
        this.#randomAddress = Uint8Array.from(address);
        return fine;
      },
      leSetAdvertisingParameters: (parameters) => {
        if (this.#stopAdvertising !== null) return { status: HCI_STATUS.disallowed };
        this.#parameters = parameters;
        return fine;
      },
      leSetAdvertisingData: ({ significant, data }) => {
        this.#data = Uint8Array.from(data.subarray(0, significant));
        return fine;
      },
      leSetScanResponseData: ({ significant, data }) => {
        this.#scanResponse = Uint8Array.from(data.subarray(0, significant));
        return fine;
      },
      leSetAdvertisingEnable: ({ enable }) => this.#advertise(enable === 1),
      leSetScanParameters: ({ scanType }) => {
        this.#asksForResponses = scanType === 1;
        return fine;
      },
      leSetScanEnable: ({ enable, filterDuplicates }) => this.#scan(enable === 1, filterDuplicates === 1),
      leCreateConnection: (create) => this.#connect(create),
      leCreateConnectionCancel: () => this.#cancel(),
    };
  }

  reset(): void {
    for (const stop of [this.#stopAdvertising, this.#stopScan, this.#giveUp]) stop?.();
    [this.#stopAdvertising, this.#stopScan, this.#giveUp] = [null, null, null];
    [this.#data, this.#scanResponse, this.#randomAddress] = [
      new Uint8Array(),
      new Uint8Array(),
      new Uint8Array(6),
    ];
    this.#parameters = NOT_YET;
  }

  #addressOf(type: number): DeviceAddress {
    return (type & 1) === 0
      ? { type: 0, bytes: this.#options.address }
      : { type: 1, bytes: this.#randomAddress };
  }

  #advertise(enable: boolean): { readonly status: number } {
    this.#stopAdvertising?.();
    this.#stopAdvertising = null;
    if (!enable) return { status: HCI_STATUS.success };
    const isConnectable = this.#parameters.advertisingType === 0;
    this.#stopAdvertising = this.#options.air.advertise({
      address: this.#addressOf(this.#parameters.ownAddressType),
      data: this.#data,
      scanResponse: this.#scanResponse,
      intervalMs: this.#parameters.intervalMin * SLOT_MS,
      accept: isConnectable ? (end) => this.#accepted(end) : null,
    });
    return { status: HCI_STATUS.success };
  }

  #accepted(end: AirEnd): void {
    this.#stopAdvertising = null;
    this.#tellConnected(end, USUAL);
  }

  #scan(enable: boolean, filter: boolean): { readonly status: number } {
    this.#stopScan?.();
    this.#stopScan = null;
    if (!enable) return { status: HCI_STATUS.success };
    const seen = new Set<string>();
    this.#stopScan = this.#options.air.scan((heard) => {
      const key = `${heard.address.type} ${heard.address.bytes.join()} ${heard.isScanResponse}`;
      if ((filter && seen.has(key)) || (heard.isScanResponse && !this.#asksForResponses)) return;
      seen.add(key);
      this.#report(heard);
    });
    return { status: HCI_STATUS.success };
  }

  #report({ address, data, isScanResponse, connectable }: Heard): void {
    const eventType = isScanResponse
      ? EVENT.scanResponse
      : connectable
        ? EVENT.connectable
        : EVENT.nonConnectable;
    const report = { eventType, addressType: address.type, address: address.bytes, data, rssi: UNKNOWN_RSSI };
    this.#options.tell({ type: 'advertisingReport', reports: [report] });
  }

  #connect(create: Create): number {
    const { addressType, address, ownAddressType, intervalMax, latency, timeout } = create;
    if (this.#giveUp !== null) return HCI_STATUS.disallowed;
    this.#giveUp = this.#options.air.connect({
      from: this.#addressOf(ownAddressType),
      to: { type: addressType & 1, bytes: address },
      supervisionMs: timeout * TIMEOUT_UNIT_MS,
      connected: (end) => {
        this.#giveUp = null;
        this.#tellConnected(end, { interval: intervalMax, latency, timeout });
      },
    });
    return HCI_STATUS.success;
  }

  #cancel(): { readonly status: number } {
    if (this.#giveUp === null) return { status: HCI_STATUS.disallowed };
    this.#giveUp();
    this.#giveUp = null;
    const none = { type: 0, bytes: new Uint8Array(6) };
    this.#tell(HCI_STATUS.unknownConnection, 0, { role: 'central', peer: none }, USUAL);
    return { status: HCI_STATUS.success };
  }

  #tellConnected(end: AirEnd, settings: { interval: number; latency: number; timeout: number }): void {
    this.#tell(HCI_STATUS.success, this.#options.links.add(end), end, settings);
  }

  #tell(
    status: number,
    handle: number,
    { role, peer }: Pick<AirEnd, 'role' | 'peer'>,
    settings: { interval: number; latency: number; timeout: number },
  ): void {
    this.#options.tell({
      type: 'connected',
      status,
      handle,
      role: role === 'central' ? 0 : 1,
      peerAddressType: peer.type,
      peerAddress: peer.bytes,
      ...settings,
      clockAccuracy: 0,
    });
  }
}
