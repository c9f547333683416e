import type { DeviceAddress } from '#codecs/ble/address.ts';
import type { P256Pair } from '#codecs/ble/p256.ts';
import type { PairingDemands, PairingFeatures, PairingPlan } from '#codecs/ble/pairing-method.ts';
import type { PairingPdu } from '#codecs/ble/pairing.ts';
import type { TypedAddress } from '#codecs/ble/pairing-crypto.ts';

/** A key that encrypts a link, as the controller is asked with or answers. Bytes in the order of the wire. */
export interface LinkKey {
  readonly key: Uint8Array;
  readonly random: Uint8Array;
  readonly diversifier: number;
  readonly keySize: number;
  readonly secureConnections: boolean;
  /** Whether a person made sure that nobody is in between. */
  readonly isAuthenticated: boolean;
}

/** How a pairing ended. */
export type PairingEnd =
  | { readonly ok: true; readonly bond: LinkKey; readonly peerIdentity: Uint8Array | null }
  | { readonly ok: false; readonly reason: number; readonly byPeer: boolean };

/** What a pairing asks of its link. */
export interface PairingLink {
  send(pdu: Uint8Array): void;
  /** The initiator has a key: the link is to be encrypted with it. */
  encrypt(key: LinkKey): void;
  ended(end: PairingEnd): void;
}

/** Who sits at this side; what is left out, this side cannot do. */
export interface PairingPerson {
  /** Shows the passkey that the other side has to type. */
  readonly show?: (passkey: number) => void;
  /** Asks for the passkey that the other side shows; null: nobody types one. */
  readonly type?: (answer: (passkey: number | null) => void) => void;
  /** Asks whether the other side shows the same six digits. */
  readonly compare?: (value: number, answer: (isSame: boolean) => void) => void;
}

export interface PairingOptions {
  readonly role: 'initiator' | 'responder';
  readonly own: DeviceAddress;
  readonly peer: DeviceAddress;
  readonly features: PairingFeatures;
  /** Random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** The key pair of secure connections; a function, because drawing one takes time. */
  readonly pair: () => P256Pair;
  readonly link: PairingLink;
  /** Default: nobody. A pairing that needs somebody is then refused. */
  readonly person?: PairingPerson;
  readonly demands?: PairingDemands;
  /** The address to give out as our identity; default: our own. */
  readonly identity?: Uint8Array;
  /** Mistakes that a simulated device makes; none where left out. */
  readonly manner?: PairingManner;
}

/** What is left out of pairing. */
export interface PairingManner {
  /** The key is given out as soon as it can be derived, before the checks. */
  readonly keyBeforeCheck?: boolean;
  /** A public key off the curve is taken; the shared secret is zero then, as with a point of small order. */
  readonly anyPoint?: boolean;
  /** Our own public key, sent back to us, is taken. */
  readonly ownPoint?: boolean;
  /** The debug key is taken. */
  readonly debugPoint?: boolean;
}

/** What a method works with once the features are exchanged. */
export interface PairingContext extends PairingOptions {
  readonly plan: PairingPlan;
  /** Features of the initiator and the responder, and the PDUs they came in. */
  readonly request: PairingFeatures;
  readonly response: PairingFeatures;
  readonly requestPdu: Uint8Array;
  readonly responsePdu: Uint8Array;
  /** Addresses in the order of the specification's functions. */
  readonly initiator: TypedAddress;
  readonly responder: TypedAddress;
  readonly say: (pdu: PairingPdu) => void;
  /** Asks a person; PDUs wait until the answer has been taken. */
  readonly wait: <T>(ask: (answer: (value: T) => void) => void, then: (value: T) => void) => void;
}

/** One of the two ways to a key. Throws `PairingRefusal`. */
export interface PairingMethod {
  begin(): void;
  receive(pdu: PairingPdu): void;
  /** The key that the responder's controller asks for; null: none yet. */
  keyFor(random: Uint8Array, diversifier: number): LinkKey | null;
  /** The link is encrypted: keys may be given out. */
  encrypted(): void;
  /** Every key is given and taken. */
  readonly done: boolean;
  /** The key that a bond keeps. */
  readonly bond: LinkKey | null;
  /** The identity address that the peer gave out. */
  readonly peerIdentity: Uint8Array | null;
}

/** Pairing cannot go on; the reason is sent to the peer. */
export class PairingRefusal extends Error {
  override readonly name = 'PairingRefusal';
  readonly reason: number;

  constructor(reason: number) {
    super(`pairing failed: reason ${reason}`);
    this.reason = reason;
  }
}
