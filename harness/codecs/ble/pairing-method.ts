import { association, type Association } from '#codecs/ble/pairing-association.ts';
import { AUTH, IO, KEYS, KEY_SIZE, PAIRING_FAILED, type PairingPdu } from '#codecs/ble/pairing.ts';

/** What one side says of itself in a Pairing Request or Response. */
export type PairingFeatures = Omit<Extract<PairingPdu, { readonly type: 'request' }>, 'type'>;

/** What both sides came to. */
export interface PairingPlan {
  readonly secureConnections: boolean;
  readonly keySize: number;
  readonly association: Association;
  /** Bits of `KEYS` that each side gives out. */
  readonly initiatorKeys: number;
  readonly responderKeys: number;
}

/** Features of a device without buttons and display that keeps no bond but its encryption key. */
export function plainFeatures(secureConnections: boolean): PairingFeatures {
  return {
    io: IO.none,
    oob: 0,
    auth: AUTH.bonding | (secureConnections ? AUTH.secureConnections : 0),
    maxKeySize: KEY_SIZE.most,
    initiatorKeys: KEYS.encryption,
    responderKeys: KEYS.encryption,
  };
}

/** The plan that follows from two sides' features, or the reason why there is none. */
export function pairingPlan(request: PairingFeatures, response: PairingFeatures): PairingPlan | number {
  const keySize = Math.min(request.maxKeySize, response.maxKeySize);
  if (Math.max(request.maxKeySize, response.maxKeySize) > KEY_SIZE.most)
    return PAIRING_FAILED.invalidParameters;
  if (keySize < KEY_SIZE.least) return PAIRING_FAILED.keySize;
  const way = association(request, response);
  if (way.kind === 'out-of-band') return PAIRING_FAILED.oob;
  const secureConnections = (request.auth & response.auth & AUTH.secureConnections) !== 0;
  // Secure connections derive one key on both sides: there is none to give out.
  const given = secureConnections
    ? KEYS.identity | KEYS.signing
    : KEYS.encryption | KEYS.identity | KEYS.signing;
  return {
    secureConnections,
    keySize,
    association: way,
    initiatorKeys: request.initiatorKeys & response.initiatorKeys & given,
    responderKeys: request.responderKeys & response.responderKeys & given,
  };
}

/** What a side insists on; left out: whatever the specification allows. */
export interface PairingDemands {
  /** Bytes of the shortest key it takes. */
  readonly keySize?: number;
  /** No legacy pairing. */
  readonly secureConnections?: boolean;
  /** No key that somebody between could have agreed on. */
  readonly authenticated?: boolean;
}

/** Why a plan does not do for a side; null: it does. */
export function unmetDemand(plan: PairingPlan, demands: PairingDemands): number | null {
  if (demands.keySize !== undefined && plan.keySize < demands.keySize) return PAIRING_FAILED.keySize;
  const isWeak =
    (demands.secureConnections === true && !plan.secureConnections) ||
    (demands.authenticated === true && plan.association.kind === 'just-works');
  return isWeak ? PAIRING_FAILED.authentication : null;
}

/** A key shortened to so many bytes: the others, behind them on the wire, become zero. */
export function shortenedKey(key: Uint8Array, size: number): Uint8Array {
  return key.map((byte, index) => (index < size ? byte : 0));
}
