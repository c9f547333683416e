import { sameBytes } from '#codecs/ble/gatt-database.ts';
import { ConfirmedPairing, passkeyBytes } from '#codecs/ble/pairing-confirmed.ts';
import { c1, reversed, s1 } from '#codecs/ble/pairing-crypto.ts';
import { PAIRING_FAILED, type PairingPdu } from '#codecs/ble/pairing.ts';
import { PairingRefusal, type PairingContext } from '#codecs/ble/pairing-roles.ts';

/** Legacy pairing (Core 6 Vol 3 Part H 2.3.5.5). */
export class LegacyPairing extends ConfirmedPairing {
  readonly #own: Uint8Array;
  /** Zero for Just Works, else the passkey. */
  #temporaryKey = new Uint8Array(16);
  #theirConfirm = new Uint8Array();

  constructor(context: PairingContext) {
    super(context, 'confirm');
    this.#own = context.random(16);
  }

  begin(): void {
    this.findPasskey((passkey) => {
      this.#temporaryKey = Uint8Array.from(passkeyBytes(passkey));
      if (this.isInitiator) this.#sayConfirm();
    });
  }

  protected take(pdu: PairingPdu): void {
    if (pdu.type === 'confirm') this.#takeConfirm(pdu.value);
    else if (pdu.type === 'random') this.#takeRandom(pdu.value);
  }

  #takeConfirm(value: Uint8Array): void {
    this.#theirConfirm = Uint8Array.from(value);
    this.expect('random');
    if (this.isInitiator) this.context.say({ type: 'random', value: this.#own });
    else this.#sayConfirm();
  }

  #takeRandom(theirs: Uint8Array): void {
    if (!sameBytes(this.#confirmOf(theirs), this.#theirConfirm)) {
      throw new PairingRefusal(PAIRING_FAILED.confirm);
    }
    const [responder, initiator] = this.isInitiator ? [theirs, this.#own] : [this.#own, theirs];
    const key = this.agree(reversed(s1(this.#temporaryKey, reversed(responder), reversed(initiator))));
    if (!this.isInitiator) this.context.say({ type: 'random', value: this.#own });
    this.prove(key);
  }

  #sayConfirm(): void {
    this.context.say({ type: 'confirm', value: this.#confirmOf(this.#own) });
  }

  #confirmOf(random: Uint8Array): Uint8Array {
    const { requestPdu, responsePdu, initiator, responder } = this.context;
    const exchange = {
      request: reversed(requestPdu),
      response: reversed(responsePdu),
      initiator,
      responder,
    };
    return reversed(c1(this.#temporaryKey, reversed(random), exchange));
  }
}
