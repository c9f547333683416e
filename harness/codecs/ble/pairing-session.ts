import { typedAddress } from '#codecs/ble/address.ts';
import { PAIRING_FAILED, decodePairing, encodePairing, type PairingPdu } from '#codecs/ble/pairing.ts';
import { pairingPlan, type PairingFeatures } from '#codecs/ble/pairing-method.ts';
import {
  PairingRefusal,
  type LinkKey,
  type PairingContext,
  type PairingEnd,
  type PairingMethod,
  type PairingOptions,
} from '#codecs/ble/pairing-roles.ts';
import { LegacyPairing } from '#codecs/ble/pairing-legacy.ts';
import { SecurePairing } from '#codecs/ble/pairing-secure.ts';

/**
 * One pairing on one link, either side, by the Just Works method: legacy or secure connections, as the features say. A
 * pairing that needs a passkey or out-of-band data is refused.
 */
export class PairingSession {
  readonly #options: PairingOptions;
  #request: Uint8Array | null = null;
  #method: PairingMethod | null = null;
  #over = false;

  constructor(options: PairingOptions) {
    this.#options = options;
  }

  get over(): boolean {
    return this.#over;
  }

  /** The initiator's first step. */
  start(): void {
    this.#request = encodePairing({ type: 'request', ...this.#options.features });
    this.#options.link.send(this.#request);
  }

  /** Takes a PDU of the peer; every PDU that does not belong ends the pairing with a reason. */
  receive(bytes: Uint8Array): void {
    if (this.#over) return;
    const pdu = decodePairing(bytes);
    this.#attempt(() => {
      if (pdu instanceof Error) throw new PairingRefusal(PAIRING_FAILED.invalidParameters);
      if (pdu.type === 'raw') throw new PairingRefusal(PAIRING_FAILED.command);
      if (pdu.type === 'failed') this.#end({ ok: false, reason: pdu.reason, byPeer: true });
      else if (this.#method === null) this.#exchangeFeatures(pdu, bytes);
      else this.#method.receive(pdu);
    });
    this.#finishIfDone();
  }

  /** The controller asks for a key: only one that pairing has agreed by now is given. */
  keyFor(random: Uint8Array, diversifier: number): LinkKey | null {
    return this.#method?.keyFor(random, diversifier) ?? null;
  }

  /** The link has become encrypted, or could not be. */
  encryptionChanged(enabled: boolean): void {
    if (this.#over) return;
    if (!enabled) {
      this.#end({ ok: false, reason: PAIRING_FAILED.unspecified, byPeer: false });
      return;
    }
    this.#attempt(() => this.#method?.encrypted());
    this.#finishIfDone();
  }

  /** The link is gone, or the thirty seconds are over. */
  abandon(): void {
    if (!this.#over) this.#end({ ok: false, reason: PAIRING_FAILED.unspecified, byPeer: false });
  }

  #finishIfDone(): void {
    const method = this.#method;
    if (this.#over || method?.done !== true || method.bond === null) return;
    this.#end({ ok: true, bond: method.bond });
  }

  #exchangeFeatures(pdu: PairingPdu, bytes: Uint8Array): void {
    const { role, features, link } = this.#options;
    if (role === 'initiator') {
      if (pdu.type === 'securityRequest') return;
      if (pdu.type !== 'response' || this.#request === null)
        throw new PairingRefusal(PAIRING_FAILED.unspecified);
      this.#choose(features, pdu, this.#request, bytes);
      this.#method?.begin();
      return;
    }
    if (pdu.type !== 'request') throw new PairingRefusal(PAIRING_FAILED.unspecified);
    const response = {
      ...features,
      initiatorKeys: features.initiatorKeys & pdu.initiatorKeys,
      responderKeys: features.responderKeys & pdu.responderKeys,
    };
    const sent = encodePairing({ type: 'response', ...response });
    this.#choose(pdu, response, bytes, sent);
    link.send(sent);
  }

  #choose(
    request: PairingFeatures,
    response: PairingFeatures,
    requestPdu: Uint8Array,
    responsePdu: Uint8Array,
  ): void {
    const plan = pairingPlan(request, response);
    if (typeof plan === 'number') throw new PairingRefusal(plan);
    const { role, own, peer, link } = this.#options;
    const [initiator, responder] = role === 'initiator' ? [own, peer] : [peer, own];
    const context: PairingContext = {
      ...this.#options,
      plan,
      request,
      response,
      requestPdu,
      responsePdu,
      initiator: typedAddress(initiator),
      responder: typedAddress(responder),
      say: (pdu) => link.send(encodePairing(pdu)),
    };
    this.#method = plan.secureConnections ? new SecurePairing(context) : new LegacyPairing(context);
  }

  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (!(error instanceof PairingRefusal)) throw error;
      this.#options.link.send(encodePairing({ type: 'failed', reason: error.reason }));
      this.#end({ ok: false, reason: error.reason, byPeer: false });
    }
  }

  #end(end: PairingEnd): void {
    this.#over = true;
    this.#options.link.ended(end);
  }
}
