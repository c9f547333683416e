import { sameBytes } from '#codecs/ble/gatt-database.ts';
import { p256Shared, type P256Pair, type P256Point } from '#codecs/ble/p256.ts';
import { f4, f5, f6, reversed } from '#codecs/ble/pairing-crypto.ts';
import { KeyExchange } from '#codecs/ble/pairing-keys.ts';
import { shortenedKey, type PairingFeatures } from '#codecs/ble/pairing-method.ts';
import { PAIRING_FAILED, type PairingPdu } from '#codecs/ble/pairing.ts';
import {
  PairingRefusal,
  type LinkKey,
  type PairingContext,
  type PairingMethod,
} from '#codecs/ble/pairing-roles.ts';

const NO_RANDOM = new Uint8Array(8);
/** Just Works and numeric comparison mix no secret into the checks. */
const NO_SECRET = new Uint8Array(16);

/** Secure connections, Just Works (Core 6 Vol 3 Part H 2.3.5.6). */
export class SecurePairing implements PairingMethod {
  readonly #context: PairingContext;
  readonly #keys: KeyExchange;
  readonly #pair: P256Pair;
  readonly #own: Uint8Array;
  #expects: 'publicKey' | 'confirm' | 'random' | 'dhKeyCheck' | 'keys' = 'publicKey';
  #theirPoint: P256Point | null = null;
  #shared = new Uint8Array();
  #theirConfirm = new Uint8Array();
  #theirs = new Uint8Array();
  #macKey = new Uint8Array();
  #ltk = new Uint8Array();
  #agreed: LinkKey | null = null;

  constructor(context: PairingContext) {
    this.#context = context;
    this.#keys = new KeyExchange(context);
    this.#pair = context.pair();
    this.#own = context.random(16);
  }

  get done(): boolean {
    return this.#agreed !== null && this.#keys.done;
  }

  get bond(): LinkKey | null {
    return this.#agreed;
  }

  begin(): void {
    this.#sayPublicKey();
  }

  receive(pdu: PairingPdu): void {
    if (this.#expects === 'keys') this.#keys.receive(pdu);
    else if (pdu.type !== this.#expects) throw new PairingRefusal(PAIRING_FAILED.unspecified);
    else if (pdu.type === 'publicKey') this.#takePublicKey({ x: reversed(pdu.x), y: reversed(pdu.y) });
    else if (pdu.type === 'confirm') this.#takeConfirm(pdu.value);
    else if (pdu.type === 'random') this.#takeRandom(pdu.value);
    else if (pdu.type === 'dhKeyCheck') this.#takeCheck(pdu.value);
  }

  keyFor(random: Uint8Array, diversifier: number): LinkKey | null {
    const isOurs = diversifier === 0 && random.every((byte) => byte === 0);
    return isOurs ? this.#agreed : null;
  }

  encrypted(): void {
    if (this.#agreed !== null) this.#keys.begin();
  }

  #sayPublicKey(): void {
    const { x, y } = this.#pair.point;
    this.#context.say({ type: 'publicKey', x: reversed(x), y: reversed(y) });
  }

  /** A point off the curve would let its sender learn our secret; our own, reflected, would pass our checks. */
  #takePublicKey(point: P256Point): void {
    const none = this.#context.manner?.anyPoint === true ? new Uint8Array(32) : null;
    const isOwn = sameBytes(point.x, this.#pair.point.x);
    const shared = isOwn ? null : (p256Shared(this.#pair.secret, point) ?? none);
    if (shared === null) throw new PairingRefusal(PAIRING_FAILED.invalidParameters);
    this.#theirPoint = point;
    this.#shared = Uint8Array.from(shared);
    this.#expects = 'confirm';
    if (this.#context.role === 'initiator') return;
    this.#sayPublicKey();
    const confirm = f4(this.#pair.point.x, point.x, reversed(this.#own), 0);
    this.#context.say({ type: 'confirm', value: reversed(confirm) });
    this.#expects = 'random';
  }

  #takeConfirm(value: Uint8Array): void {
    this.#theirConfirm = Uint8Array.from(value);
    this.#expects = 'random';
    this.#context.say({ type: 'random', value: this.#own });
  }

  #takeRandom(theirs: Uint8Array): void {
    const { role, say } = this.#context;
    this.#theirs = Uint8Array.from(theirs);
    const theirX = this.#theirPoint?.x ?? new Uint8Array(32);
    if (role === 'initiator') {
      const confirm = f4(theirX, this.#pair.point.x, reversed(theirs), 0);
      if (!sameBytes(reversed(confirm), this.#theirConfirm)) throw new PairingRefusal(PAIRING_FAILED.confirm);
    } else say({ type: 'random', value: this.#own });
    this.#derive();
    this.#expects = 'dhKeyCheck';
    if (role === 'initiator') this.#sayCheck();
  }

  #derive(): void {
    const { role, initiator, responder } = this.#context;
    const [na, nb] = role === 'initiator' ? [this.#own, this.#theirs] : [this.#theirs, this.#own];
    const { macKey, ltk } = f5(this.#shared, reversed(na), reversed(nb), initiator, responder);
    this.#macKey = Uint8Array.from(macKey);
    this.#ltk = Uint8Array.from(reversed(ltk));
    if (this.#context.manner?.keyBeforeCheck === true) this.#agreed = this.#linkKey();
  }

  #linkKey(): LinkKey {
    const { keySize } = this.#context.plan;
    return {
      key: shortenedKey(this.#ltk, keySize),
      random: NO_RANDOM,
      diversifier: 0,
      keySize,
      secureConnections: true,
    };
  }

  #takeCheck(value: Uint8Array): void {
    const { role, request, response, link } = this.#context;
    const expected = this.#check(role !== 'initiator', role === 'initiator' ? response : request);
    if (!sameBytes(expected, value)) throw new PairingRefusal(PAIRING_FAILED.dhKeyCheck);
    this.#agreed = this.#linkKey();
    this.#expects = 'keys';
    if (role === 'initiator') link.encrypt(this.#agreed);
    else this.#sayCheck();
  }

  #sayCheck(): void {
    const { role, request, response } = this.#context;
    const isInitiator = role === 'initiator';
    this.#context.say({
      type: 'dhKeyCheck',
      value: this.#check(isInitiator, isInitiator ? request : response),
    });
  }

  /** The check value that one side sends. */
  #check(byInitiator: boolean, features: PairingFeatures): Uint8Array {
    const { role, initiator, responder } = this.#context;
    const isOwn = byInitiator === (role === 'initiator');
    const [sender, receiver] = isOwn ? [this.#own, this.#theirs] : [this.#theirs, this.#own];
    const [from, to] = byInitiator ? [initiator, responder] : [responder, initiator];
    const check = {
      own: reversed(sender),
      other: reversed(receiver),
      r: NO_SECRET,
      features: Uint8Array.of(features.auth, features.oob, features.io),
      from,
      to,
    };
    return reversed(f6(this.#macKey, check));
  }
}
