import { CID, type L2capFrame } from '#codecs/ble/l2cap.ts';
import { plainFeatures } from '#codecs/ble/pairing-method.ts';
import type { P256Pair } from '#codecs/ble/p256.ts';
import { AUTH, encodePairing, KEY_SIZE, KEYS, PAIRING_FAILED } from '#codecs/ble/pairing.ts';
import { PairingSession } from '#codecs/ble/pairing-session.ts';
import type { AirEnd } from '#virtual/ble/air-link.ts';
import type { PeripheralBonds } from '#virtual/ble/peripheral-bonds.ts';
import { pairingFault, PairingOrder, type BleFault } from '#virtual/ble/peripheral-faults.ts';

/** What pairing on one link works with. */
export interface PeripheralPairingOptions {
  readonly end: AirEnd;
  readonly flaws: ReadonlySet<string>;
  readonly bonds: PeripheralBonds;
  readonly random: (length: number) => Uint8Array;
  readonly pair: () => P256Pair;
  readonly send: (frame: L2capFrame) => void;
}

const REQUEST = 0x01;
const AT = { request: { auth: 3 } } as const;
/** Besides its encryption key, a peer may give out who it is. */
const FEATURES = {
  ...plainFeatures(true),
  initiatorKeys: KEYS.encryption | KEYS.identity,
};

/**
 * Pairing on one link of the virtual peripheral. A sound one takes whole keys by secure connections only, refuses a bonded
 * peer that pairs anew in clear, and gives keys to the controller as they were agreed on.
 */
export class PeripheralPairing {
  readonly #options: PeripheralPairingOptions;
  readonly #order = new PairingOrder();
  #session: PairingSession | null = null;
  #isLegacy = false;
  #encrypted = false;

  constructor(options: PeripheralPairingOptions) {
    this.#options = options;
  }

  /** Whether values that need encryption are served. */
  get isTrusted(): boolean {
    const { flaws, bonds, end } = this.#options;
    if (flaws.has('ble/permission-ignored')) return true;
    return this.#encrypted || (flaws.has('ble/bonded-address-trusted') && bonds.keyOf(end.peer) !== null);
  }

  /** A pairing PDU; gives what it does to a flawed device. */
  receive(payload: Uint8Array): BleFault | null {
    const { flaws } = this.#options;
    const fault = this.#order.take(flaws, payload) ?? pairingFault(flaws, payload, this.#isLegacy);
    if (fault !== null) return fault;
    if (this.#session === null || this.#session.over) {
      if (payload[0] === REQUEST && this.#isRepeated()) {
        this.#say(encodePairing({ type: 'failed', reason: PAIRING_FAILED.authentication }));
        return null;
      }
      this.#session = this.#begin();
    }
    if (payload[0] === REQUEST) {
      this.#isLegacy = ((payload[AT.request.auth] ?? 0) & AUTH.secureConnections) === 0;
    }
    this.#session.receive(payload);
    return null;
  }

  /** The controller asks for a key. */
  keyRequest(random: Uint8Array, diversifier: number): void {
    const { end, flaws, bonds } = this.#options;
    const isPlain = diversifier === 0 && random.every((byte) => byte === 0);
    const agreed = this.#session?.keyFor(random, diversifier) ?? null;
    const bond = isPlain ? bonds.keyOf(end.peer) : null;
    const isPairing = this.#session?.over === false;
    const isEarly = isPairing && (isPlain ? flaws.has('ble/zero-ltk') : flaws.has('ble/diversifier-ignored'));
    const key = agreed?.key ?? bond?.key ?? null;
    if (flaws.has('ble/encryption-state-trusted')) this.#encrypted = true;
    end.answerKey(key ?? (isEarly ? new Uint8Array(16) : null), flaws.has('ble/refused-refresh-goes-on'));
  }

  encryption(status: number, enabled: boolean): void {
    const { flaws } = this.#options;
    const isKept =
      (flaws.has('ble/encryption-state-trusted') || flaws.has('ble/refused-refresh-goes-on')) &&
      this.#encrypted;
    this.#encrypted = isKept || (status === 0 && enabled);
    this.#session?.encryptionChanged(status === 0 && enabled);
  }

  abandon(): void {
    this.#session?.abandon();
  }

  /** A bonded peer that pairs anew has to encrypt with its key first. */
  #isRepeated(): boolean {
    const { flaws, bonds, end } = this.#options;
    return !this.#encrypted && bonds.keyOf(end.peer) !== null && !flaws.has('ble/re-pairing-in-clear');
  }

  #begin(): PairingSession {
    const { end, flaws, bonds, random, pair } = this.#options;
    const isLax = flaws.has('ble/weaker-key-over-bond') && bonds.keyOf(end.peer) !== null;
    const offersLink = flaws.has('ble/link-key-offered') ? KEYS.link : 0;
    return new PairingSession({
      role: 'responder',
      own: end.own,
      peer: end.peer,
      features: { ...FEATURES, responderKeys: FEATURES.responderKeys | offersLink },
      random,
      pair,
      demands: {
        keySize: isLax || flaws.has('ble/short-key-accepted') ? KEY_SIZE.least : KEY_SIZE.most,
        secureConnections: !flaws.has('ble/legacy-accepted'),
      },
      manner: {
        keyBeforeCheck: flaws.has('ble/early-encryption'),
        anyPoint: flaws.has('ble/off-curve-key'),
        ownPoint: flaws.has('ble/own-key-accepted'),
        debugPoint: flaws.has('ble/debug-key-accepted'),
      },
      link: {
        send: (payload) => this.#say(payload),
        encrypt: () => undefined,
        ended: (outcome) => {
          if (outcome.ok) bonds.keep(end.peer, outcome, flaws.has('ble/identity-overwritten'));
        },
      },
    });
  }

  #say(payload: Uint8Array): void {
    this.#options.send({ cid: CID.pairing, payload });
  }
}
