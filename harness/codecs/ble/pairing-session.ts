import { typedAddress } from '#codecs/ble/address.ts';
import { PAIRING_FAILED, decodePairing, encodePairing, type PairingPdu } from '#codecs/ble/pairing.ts';
import {
  pairingPlan,
  unmetDemand,
  type PairingFeatures,
  type PairingPlan,
} from '#codecs/ble/pairing-method.ts';
import {
  PairingRefusal,
  type LinkKey,
  type PairingContext,
  type PairingEnd,
  type PairingMethod,
  type PairingOptions,
  type PairingPerson,
} from '#codecs/ble/pairing-roles.ts';
import { LegacyPairing } from '#codecs/ble/pairing-legacy.ts';
import { SecurePairing } from '#codecs/ble/pairing-secure.ts';

const FAILED = 0x05;
/** Said where a person is needed and nobody is there. */
const NOBODY = PAIRING_FAILED.authentication;

/** Whether whoever sits at this side can do what the plan asks of them. */
function canTakePart(
  { association }: PairingPlan,
  role: PairingOptions['role'],
  person: PairingPerson = {},
): boolean {
  if (association.kind === 'comparison') return person.compare !== undefined;
  if (association.kind !== 'passkey') return true;
  return (association[role] === 'types' ? person.type : person.show) !== undefined;
}

/**
 * One pairing on one link, either side: legacy or secure connections, Just Works, comparison or passkey, as the features
 * say. What needs out-of-band data, or a person who is not there, is refused.
 */
export class PairingSession {
  readonly #options: PairingOptions;
  #request: Uint8Array | null = null;
  #method: PairingMethod | null = null;
  #over = false;
  /** Whether a person is asked; and the one PDU that may come meanwhile. */
  #isWaiting = false;
  #held: Uint8Array | null = null;

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
      if (this.#isWaiting && bytes[0] !== FAILED) this.#hold(bytes);
      else if (pdu instanceof Error) throw new PairingRefusal(PAIRING_FAILED.invalidParameters);
      else if (pdu.type === 'raw') throw new PairingRefusal(PAIRING_FAILED.command);
      else if (pdu.type === 'failed') this.#end({ ok: false, reason: pdu.reason, byPeer: true });
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
    this.#end({ ok: true, bond: method.bond, peerIdentity: method.peerIdentity });
  }

  /** While a person is asked, the peer has at most one PDU to send: who sends more does not keep to the protocol. */
  #hold(bytes: Uint8Array): void {
    if (this.#held !== null) throw new PairingRefusal(PAIRING_FAILED.unspecified);
    this.#held = Uint8Array.from(bytes);
  }

  #wait<T>(ask: (answer: (value: T) => void) => void, then: (value: T) => void): void {
    this.#isWaiting = true;
    ask((value) => {
      if (!this.#isWaiting || this.#over) return;
      this.#isWaiting = false;
      this.#attempt(() => then(value));
      const held = this.#held;
      this.#held = null;
      if (held !== null) this.receive(held);
    });
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
    this.#method?.begin();
  }

  #choose(
    request: PairingFeatures,
    response: PairingFeatures,
    requestPdu: Uint8Array,
    responsePdu: Uint8Array,
  ): void {
    const plan = pairingPlan(request, response);
    if (typeof plan === 'number') throw new PairingRefusal(plan);
    const { role, own, peer, link, person, demands = {} } = this.#options;
    const unmet = unmetDemand(plan, demands) ?? (canTakePart(plan, role, person) ? null : NOBODY);
    if (unmet !== null) throw new PairingRefusal(unmet);
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
      wait: (ask, then) => this.#wait(ask, then),
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
