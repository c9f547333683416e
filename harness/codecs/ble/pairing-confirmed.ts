import { concatBytes } from '@noble/hashes/utils.js';
import { KeyExchange } from '#codecs/ble/pairing-keys.ts';
import { shortenedKey } from '#codecs/ble/pairing-method.ts';
import { PAIRING_FAILED, type PairingPdu } from '#codecs/ble/pairing.ts';
import {
  PairingRefusal,
  type LinkKey,
  type PairingContext,
  type PairingMethod,
} from '#codecs/ble/pairing-roles.ts';

/** Passkeys have six decimal digits. */
const PASSKEYS = 1_000_000;
const NO_RANDOM = new Uint8Array(8);

/** A passkey as the 128-bit number that the functions take, most significant byte first. */
export function passkeyBytes(passkey: number): Uint8Array {
  const tail = new Uint8Array(4);
  new DataView(tail.buffer).setUint32(0, passkey);
  return concatBytes(new Uint8Array(12), tail);
}

/** What legacy pairing and secure connections have in common: steps in order, a key, and keys given out behind it. */
export abstract class ConfirmedPairing implements PairingMethod {
  protected readonly context: PairingContext;
  readonly #keys: KeyExchange;
  #expects: PairingPdu['type'] | 'keys';
  #agreed: LinkKey | null = null;

  constructor(context: PairingContext, first: PairingPdu['type']) {
    this.context = context;
    this.#keys = new KeyExchange(context);
    this.#expects = first;
  }

  abstract begin(): void;
  /** Takes the PDU that was expected. */
  protected abstract take(pdu: PairingPdu): void;

  protected get isInitiator(): boolean {
    return this.context.role === 'initiator';
  }

  get done(): boolean {
    return this.#agreed !== null && this.#keys.done;
  }

  /** Without a key that was given out, what encrypts this link is all there is. */
  get bond(): LinkKey | null {
    return this.#keys.bond ?? this.#agreed;
  }

  get peerIdentity(): Uint8Array | null {
    return this.#keys.peerIdentity;
  }

  receive(pdu: PairingPdu): void {
    if (this.#expects === 'keys') this.#keys.receive(pdu);
    else if (pdu.type !== this.#expects) throw new PairingRefusal(PAIRING_FAILED.unspecified);
    else this.take(pdu);
  }

  keyFor(random: Uint8Array, diversifier: number): LinkKey | null {
    const isOurs = diversifier === 0 && random.every((byte) => byte === 0);
    return isOurs ? this.#agreed : null;
  }

  encrypted(): void {
    if (this.#agreed !== null) this.#keys.begin();
  }

  protected expect(type: PairingPdu['type']): void {
    this.#expects = type;
  }

  /** The key of this link is known, lowest byte first; an initiator encrypts with it when it says so. */
  protected agree(key: Uint8Array): LinkKey {
    const { keySize, secureConnections, association } = this.context.plan;
    const isAuthenticated = association.kind !== 'just-works';
    this.#agreed = {
      key: shortenedKey(key, keySize),
      random: NO_RANDOM,
      diversifier: 0,
      keySize,
      secureConnections,
      isAuthenticated,
    };
    return this.#agreed;
  }

  /** Both sides have proved that they know the key. */
  protected prove(key: LinkKey): void {
    this.#expects = 'keys';
    if (this.isInitiator) this.context.link.encrypt(key);
  }

  /** Finds the passkey: draws and shows one, or has it typed. Zero where no passkey is agreed on. */
  protected findPasskey(then: (passkey: number) => void): void {
    const { plan, person, role, random, wait } = this.context;
    if (plan.association.kind !== 'passkey') {
      then(0);
    } else if (plan.association[role] === 'types') {
      wait<number | null>(
        (answer) => person?.type?.(answer),
        (typed) => {
          if (typed === null) throw new PairingRefusal(PAIRING_FAILED.passkey);
          then(typed);
        },
      );
    } else {
      const drawn = new DataView(Uint8Array.from(random(4)).buffer).getUint32(0) % PASSKEYS;
      person?.show?.(drawn);
      then(drawn);
    }
  }
}
