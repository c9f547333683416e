import type { DeviceAddress } from '#codecs/ble/address.ts';
import { sameBytes } from '#codecs/ble/gatt-database.ts';
import { HCI_STATUS } from '#codecs/ble/hci-status.ts';
import type { Air, Wanted } from '#virtual/ble/air.ts';

/** What happens at one end of a link; nothing comes after `closed`. */
export interface AirEvents {
  /** A fragment of an L2CAP frame. */
  piece(isStart: boolean, data: Uint8Array): void;
  closed(reason: number): void;
  /** The central wants to encrypt: the key is to be given, or refused. */
  keyRequest(random: Uint8Array, diversifier: number): void;
  encryption(status: number, enabled: boolean): void;
}

/** One end of a link. */
export interface AirEnd {
  readonly role: 'central' | 'peripheral';
  readonly own: DeviceAddress;
  readonly peer: DeviceAddress;
  listen(events: AirEvents): void;
  send(isStart: boolean, data: Uint8Array, delivered?: () => void): void;
  /** Ends the link in good order. */
  close(reason: number): void;
  /** Falls silent: the other end hears of it when the supervision timeout is over. */
  vanish(): void;
  /** Central only: encrypts with this key. */
  encrypt(key: Uint8Array, random: Uint8Array, diversifier: number): void;
  /**
   * Peripheral only: the key that was asked for; null: there is none. A link that was encrypted ends then, but for a
   * flawed controller that goes on in clear.
   */
  answerKey(key: Uint8Array | null, goesOn?: boolean): void;
}

interface Side {
  events: AirEvents | null;
  gone: boolean;
}

const DEAF: AirEvents = {
  piece: () => undefined,
  closed: () => undefined,
  keyRequest: () => undefined,
  encryption: () => undefined,
};

/** A link between two devices. Encryption compares the keys of both hosts; data are carried as they are. */
export class AirLink {
  readonly central: AirEnd;
  readonly peripheral: AirEnd;
  readonly #air: Air;
  readonly #supervisionMs: number;
  readonly #sides = {
    central: { events: null, gone: false } as Side,
    peripheral: { events: null, gone: false } as Side,
  };
  #offered: Uint8Array | null = null;
  #isEncrypted = false;

  constructor(air: Air, { from, to, supervisionMs }: Wanted) {
    this.#air = air;
    this.#supervisionMs = supervisionMs;
    this.central = this.#end('central', from, to);
    this.peripheral = this.#end('peripheral', to, from);
  }

  #end(role: AirEnd['role'], own: DeviceAddress, peer: DeviceAddress): AirEnd {
    const mine = this.#sides[role];
    const theirs = this.#sides[role === 'central' ? 'peripheral' : 'central'];
    return {
      role,
      own,
      peer,
      listen: (events) => void (mine.events = events),
      send: (isStart, data, delivered) => this.#send(mine, theirs, { isStart, data, delivered }),
      close: (reason) => this.#close(mine, theirs, reason),
      vanish: () => this.#vanish(mine, theirs),
      encrypt: (key, random, diversifier) => this.#encrypt(mine, theirs, { key, random, diversifier }),
      answerKey: (key, goesOn = false) => this.#answer(key, goesOn),
    };
  }

  #tell(side: Side, step: (events: AirEvents) => void): void {
    this.#air.later(() => {
      if (!side.gone) step(side.events ?? DEAF);
    });
  }

  #send(
    mine: Side,
    theirs: Side,
    { isStart, data, delivered }: { isStart: boolean; data: Uint8Array; delivered: (() => void) | undefined },
  ): void {
    if (mine.gone) return;
    this.#tell(theirs, (events) => events.piece(isStart, data));
    if (delivered !== undefined) this.#tell(mine, delivered);
  }

  #close(mine: Side, theirs: Side, reason: number): void {
    if (mine.gone) return;
    this.#finish(mine, HCI_STATUS.localEnded);
    this.#finish(theirs, reason);
  }

  #vanish(mine: Side, theirs: Side): void {
    if (mine.gone) return;
    mine.gone = true;
    this.#air.clock.setTimeout(
      () => this.#finish(theirs, HCI_STATUS.supervisionTimeout),
      this.#supervisionMs,
    );
  }

  #finish(side: Side, reason: number): void {
    this.#tell(side, (events) => {
      side.gone = true;
      events.closed(reason);
    });
  }

  #encrypt(
    mine: Side,
    theirs: Side,
    { key, random, diversifier }: { key: Uint8Array; random: Uint8Array; diversifier: number },
  ): void {
    if (mine.gone) return;
    this.#offered = key;
    this.#tell(theirs, (events) => events.keyRequest(random, diversifier));
  }

  /** Unlike keys: on air the first packet would fail its check; as controllers that emulate do, both ends hear of it. */
  #answer(key: Uint8Array | null, goesOn: boolean): void {
    const offered = this.#offered;
    this.#offered = null;
    if (offered === null) return;
    const { central, peripheral } = this.#sides;
    const isSame = key !== null && sameBytes(key, offered);
    if (this.#isEncrypted && !isSame && !goesOn) {
      // Data were paused for the refresh and cannot go on (Core 6 Vol 6 Part B 5.1.3.1).
      const reason = key === null ? HCI_STATUS.keyMissing : HCI_STATUS.micFailure;
      for (const side of [central, peripheral]) this.#finish(side, reason);
      return;
    }
    if (key === null) {
      this.#tell(central, (events) => events.encryption(HCI_STATUS.keyMissing, false));
      return;
    }
    const status = isSame ? HCI_STATUS.success : HCI_STATUS.authenticationFailure;
    if (isSame) this.#isEncrypted = true;
    for (const side of [central, peripheral]) {
      this.#tell(side, (events) => events.encryption(status, status === HCI_STATUS.success));
    }
  }
}
