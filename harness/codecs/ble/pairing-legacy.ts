import { sameBytes } from '#codecs/ble/gatt-database.ts';
import { c1, reversed, s1 } from '#codecs/ble/pairing-crypto.ts';
import { KeyExchange } from '#codecs/ble/pairing-keys.ts';
import { shortenedKey } from '#codecs/ble/pairing-method.ts';
import { PAIRING_FAILED, type PairingPdu } from '#codecs/ble/pairing.ts';
import {
  PairingRefusal,
  type LinkKey,
  type PairingContext,
  type PairingMethod,
} from '#codecs/ble/pairing-roles.ts';

/** Just Works: the temporary key is zero. */
const TEMPORARY_KEY = new Uint8Array(16);
const NO_RANDOM = new Uint8Array(8);

/** Legacy pairing (Core 6 Vol 3 Part H 2.3.5.5). */
export class LegacyPairing implements PairingMethod {
  readonly #context: PairingContext;
  readonly #keys: KeyExchange;
  readonly #own: Uint8Array;
  #expects: 'confirm' | 'random' | 'keys' = 'confirm';
  #theirConfirm = new Uint8Array();
  #shortTerm: LinkKey | null = null;

  constructor(context: PairingContext) {
    this.#context = context;
    this.#keys = new KeyExchange(context);
    this.#own = context.random(16);
  }

  get done(): boolean {
    return this.#shortTerm !== null && this.#keys.done;
  }

  /** Without a key that was given out, what encrypts this link is all there is. */
  get bond(): LinkKey | null {
    return this.#keys.bond ?? this.#shortTerm;
  }

  begin(): void {
    this.#context.say({ type: 'confirm', value: this.#confirmOf(this.#own) });
  }

  receive(pdu: PairingPdu): void {
    if (this.#expects === 'keys') this.#keys.receive(pdu);
    else if (pdu.type !== this.#expects) throw new PairingRefusal(PAIRING_FAILED.unspecified);
    else if (pdu.type === 'confirm') this.#takeConfirm(pdu.value);
    else if (pdu.type === 'random') this.#takeRandom(pdu.value);
  }

  keyFor(random: Uint8Array, diversifier: number): LinkKey | null {
    const isShortTerm = diversifier === 0 && random.every((byte) => byte === 0);
    return isShortTerm ? this.#shortTerm : null;
  }

  encrypted(): void {
    if (this.#shortTerm !== null) this.#keys.begin();
  }

  #takeConfirm(value: Uint8Array): void {
    this.#theirConfirm = Uint8Array.from(value);
    this.#expects = 'random';
    const isInitiator = this.#context.role === 'initiator';
    this.#context.say(
      isInitiator
        ? { type: 'random', value: this.#own }
        : { type: 'confirm', value: this.#confirmOf(this.#own) },
    );
  }

  #takeRandom(theirs: Uint8Array): void {
    if (!sameBytes(this.#confirmOf(theirs), this.#theirConfirm)) {
      throw new PairingRefusal(PAIRING_FAILED.confirm);
    }
    const { role, plan, say, link } = this.#context;
    const [responder, initiator] = role === 'initiator' ? [theirs, this.#own] : [this.#own, theirs];
    const key = reversed(s1(TEMPORARY_KEY, reversed(responder), reversed(initiator)));
    this.#shortTerm = {
      key: shortenedKey(key, plan.keySize),
      random: NO_RANDOM,
      diversifier: 0,
      keySize: plan.keySize,
      secureConnections: false,
    };
    this.#expects = 'keys';
    if (role === 'initiator') link.encrypt(this.#shortTerm);
    else say({ type: 'random', value: this.#own });
  }

  #confirmOf(random: Uint8Array): Uint8Array {
    const { requestPdu, responsePdu, initiator, responder } = this.#context;
    const exchange = {
      request: reversed(requestPdu),
      response: reversed(responsePdu),
      initiator,
      responder,
    };
    return reversed(c1(TEMPORARY_KEY, reversed(random), exchange));
  }
}
