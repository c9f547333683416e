import { AttServer } from '#codecs/ble/att-server.ts';
import { encodeAtt } from '#codecs/ble/att.ts';
import type { GattAttribute } from '#codecs/ble/gatt-database.ts';
import { CID, encodeL2cap, L2capReassembler, type L2capFrame } from '#codecs/ble/l2cap.ts';
import { decodeSignal } from '#codecs/ble/l2cap-signal.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import type { P256Pair } from '#codecs/ble/p256.ts';
import { PeripheralStates } from '#virtual/ble/peripheral-states.ts';
import type { Air } from '#virtual/ble/air.ts';
import type { AirEnd, AirEvents } from '#virtual/ble/air-link.ts';
import type { PeripheralBonds } from '#virtual/ble/peripheral-bonds.ts';
import { PeripheralChannels } from '#virtual/ble/peripheral-channels.ts';
import { peripheralHandle } from '#virtual/ble/peripheral-database.ts';
import {
  attFault,
  pieceFault,
  PreparedCount,
  signalFault,
  type BleFault,
} from '#virtual/ble/peripheral-faults.ts';
import { PeripheralPairing } from '#virtual/ble/peripheral-pairing.ts';

/** What a link of the virtual peripheral is made of. */
export interface PeripheralLinkOptions {
  readonly air: Air;
  readonly end: AirEnd;
  readonly database: readonly GattAttribute[];
  readonly values: Map<number, Uint8Array>;
  readonly flaws: ReadonlySet<string>;
  readonly random: (length: number) => Uint8Array;
  readonly pair: () => P256Pair;
  readonly bonds: PeripheralBonds;
  readonly fail: (fault: BleFault) => void;
  readonly ended: () => void;
}

const READ_VARIABLE = 0x20;
/** Its opcode and two handles. */
const READ_VARIABLE_LEAST = 5;
const PIECE_MOST = 251;
/** Time that the host's task takes for a PDU. */
const SERVE_MS = 1;
/** Time after which a prepared write that nobody executes is looked at. */
const STALL_MS = 30_000;

/** One link of the virtual peripheral: L2CAP, ATT, pairing and channels, sound but for the flaws it is built with. */
export class PeripheralLink implements AirEvents {
  readonly #options: PeripheralLinkOptions;
  readonly #frames = new L2capReassembler();
  readonly #server: AttServer;
  readonly #channels: PeripheralChannels;
  readonly #states: PeripheralStates;
  readonly #prepared = new PreparedCount();
  readonly #pairing: PeripheralPairing;
  readonly #clientFeatures: number;
  /** ATT PDUs that have come and are not yet answered. */
  readonly #queue: Uint8Array[] = [];
  #over = false;
  #stall: unknown = null;

  constructor(options: PeripheralLinkOptions) {
    this.#options = options;
    const { database, values } = options;
    this.#clientFeatures = peripheralHandle(database, UUID.clientFeatures);
    const onConfigured = (handle: number, bits: number) => this.#configured(handle, bits);
    this.#server = new AttServer({ database, values, onConfigured });
    this.#states = new PeripheralStates(options.flaws);
    const send = (frame: L2capFrame) => this.#send(frame);
    this.#pairing = new PeripheralPairing({ ...options, send });
    this.#channels = new PeripheralChannels({
      clock: options.air.clock,
      flaws: options.flaws,
      fail: options.fail,
      send,
      encrypted: () => this.#pairing.isTrusted,
      att: { database, values },
    });
  }

  /** Sends a value to a client that has asked for it. */
  notify(handle: number, value: Uint8Array): void {
    if ((this.#server.configured(handle) & 1) === 0) return;
    const most = this.#server.mtu - 3;
    for (let at = 0; at < value.length; at += most) {
      const payload = encodeAtt({ type: 'notify', handle, value: value.slice(at, at + most) });
      this.#send({ cid: CID.att, payload });
    }
  }

  piece(isStart: boolean, data: Uint8Array): void {
    if (this.#over || this.#failed(pieceFault(this.#options.flaws, isStart, data, this.#frames.missing)))
      return;
    const frame = this.#frames.push(isStart, data);
    this.#watchStall();
    if (frame !== null && !(frame instanceof Error)) this.#take(frame);
  }

  closed(): void {
    const inFlight = this.#queue.length > 0 && this.#options.flaws.has('ble/disconnect-in-flight');
    this.#channels.end();
    this.stop();
    if (inFlight) this.#options.fail('crash');
    else this.#options.ended();
  }

  keyRequest(random: Uint8Array, diversifier: number): void {
    this.#pairing.keyRequest(random, diversifier);
  }

  encryption(status: number, enabled: boolean): void {
    this.#pairing.encryption(status, enabled);
  }

  /** Nothing of this link goes on. */
  stop(): void {
    this.#over = true;
    this.#queue.splice(0);
    this.#options.air.clock.clearTimeout(this.#stall);
    this.#pairing.abandon();
  }

  #take(frame: L2capFrame): void {
    const { cid, payload } = frame;
    if (this.#failed(this.#states.heard(frame))) return;
    if (cid === CID.att) this.#enqueue(payload);
    else if (cid === CID.pairing) this.#pair(payload);
    else if (cid === CID.signalling) this.#signal(payload);
    else if (
      this.#options.flaws.has('ble/short-k-frame') &&
      payload.length === 1 &&
      cid >= CID.firstDynamic
    ) {
      this.#options.fail('crash');
    } else this.#channels.frame(frame);
  }

  /** A task of the host serves one PDU after another, so that some wait while others come. */
  #enqueue(pdu: Uint8Array): void {
    this.#queue.push(pdu);
    this.#options.air.clock.setTimeout(() => this.#serve(), SERVE_MS);
  }

  #serve(): void {
    const pdu = this.#queue.shift();
    if (pdu === undefined || this.#over) return;
    const { flaws } = this.#options;
    if (
      this.#failed(attFault(flaws, pdu, this.#queue, this.#clientFeatures) ?? this.#prepared.add(flaws, pdu))
    )
      return;
    const answer = this.#answer(pdu);
    if (answer !== null) this.#send({ cid: CID.att, payload: answer });
    this.#watchStall();
  }

  #answer(pdu: Uint8Array): Uint8Array | null {
    const isTrusted = this.#pairing.isTrusted;
    const answer = this.#server.handle(pdu, isTrusted);
    if (pdu[0] !== READ_VARIABLE || !this.#options.flaws.has('ble/variable-read-stops')) return answer;
    // The flawed server does not look at handles behind those that fill the answer.
    const shorter =
      pdu.length > READ_VARIABLE_LEAST ? this.#server.handle(pdu.slice(0, -2), isTrusted) : null;
    return shorter?.[0] === READ_VARIABLE + 1 ? shorter : answer;
  }

  /** Whether something waits for more: a frame for its rest, a write for its execution. */
  #watchStall(): void {
    const { air, flaws, fail } = this.#options;
    air.clock.clearTimeout(this.#stall);
    const isStalled =
      (this.#server.queued > 0 && flaws.has('ble/stalled-write-spins')) ||
      (this.#frames.pending > 0 && flaws.has('ble/stalled-fragment-spins'));
    if (!isStalled) return;
    this.#stall = air.clock.setTimeout(() => fail('hang'), STALL_MS);
  }

  #signal(payload: Uint8Array): void {
    const frame = decodeSignal(payload);
    if (!(frame instanceof Error) && this.#failed(signalFault(this.#options.flaws, frame))) return;
    this.#channels.signal(payload);
  }

  #pair(payload: Uint8Array): void {
    this.#failed(this.#pairing.receive(payload));
  }

  /** Whoever subscribes to the secret gets it at once, if the link is encrypted or nobody looks. */
  #configured(handle: number, bits: number): void {
    const attribute = this.#options.database.find((one) => one.handle === handle);
    if (attribute?.needsEncryption !== true || (bits & 1) === 0) return;
    this.#options.air.later(() => this.notify(handle, attribute.value));
  }

  #send(frame: L2capFrame): void {
    if (this.#over) return;
    if (this.#failed(this.#states.said(frame))) return;
    const bytes = encodeL2cap(frame);
    for (let at = 0; at < bytes.length; at += PIECE_MOST) {
      this.#options.end.send(at === 0, bytes.slice(at, at + PIECE_MOST));
    }
  }

  #failed(fault: BleFault | null): boolean {
    if (fault !== null) this.#options.fail(fault);
    return fault !== null;
  }
}
