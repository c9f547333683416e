import type { DeviceAddress } from '#codecs/ble/address.ts';
import type { P256Pair } from '#codecs/ble/p256.ts';
import type { PairingFeatures, PairingPlan } from '#codecs/ble/pairing-method.ts';
import type { PairingPdu } from '#codecs/ble/pairing.ts';
import type { TypedAddress } from '#codecs/ble/pairing-crypto.ts';

/** A key that encrypts a link, as the controller is asked with or answers. Bytes in the order of the wire. */
export interface LinkKey {
  readonly key: Uint8Array;
  readonly random: Uint8Array;
  readonly diversifier: number;
  readonly keySize: number;
  readonly secureConnections: boolean;
}

/** How a pairing ended. */
export type PairingEnd =
  | { readonly ok: true; readonly bond: LinkKey }
  | { readonly ok: false; readonly reason: number; readonly byPeer: boolean };

/** What a pairing asks of its link. */
export interface PairingLink {
  send(pdu: Uint8Array): void;
  /** The initiator has a key: the link is to be encrypted with it. */
  encrypt(key: LinkKey): void;
  ended(end: PairingEnd): void;
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
  /** Mistakes that a simulated device makes; none where left out. */
  readonly manner?: PairingManner;
}

/** What is left out of pairing. */
export interface PairingManner {
  /** The key is given out as soon as it can be derived, before the checks. */
  readonly keyBeforeCheck?: boolean;
  /** A public key off the curve is taken; the shared secret is zero then, as with a point of small order. */
  readonly anyPoint?: boolean;
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
