import { sameBytes } from '#codecs/ble/gatt-database.ts';
import { isDebugPoint, p256Shared, type P256Pair, type P256Point } from '#codecs/ble/p256.ts';
import { ConfirmedPairing, passkeyBytes } from '#codecs/ble/pairing-confirmed.ts';
import { f4, f5, f6, g2, reversed } from '#codecs/ble/pairing-crypto.ts';
import type { PairingFeatures } from '#codecs/ble/pairing-method.ts';
import { PAIRING_FAILED, type PairingPdu } from '#codecs/ble/pairing.ts';
import { PairingRefusal, type LinkKey, type PairingContext } from '#codecs/ble/pairing-roles.ts';

/** Bits of a passkey, each confirmed in a round of its own. */
const PASSKEY_ROUNDS = 20;

/** Secure connections: Just Works, comparison, passkey (Core 6 Vol 3 Part H 2.3.5.6). */
export class SecurePairing extends ConfirmedPairing {
  readonly #pair: P256Pair;
  readonly #byPasskey: boolean;
  #passkey = 0;
  #round = 0;
  #own: Uint8Array;
  #theirs = new Uint8Array();
  #theirPoint: P256Point | null = null;
  #shared = new Uint8Array();
  #theirConfirm: Uint8Array | null = null;
  #macKey = new Uint8Array();
  #ltk = new Uint8Array();

  constructor(context: PairingContext) {
    super(context, 'publicKey');
    this.#pair = context.pair();
    this.#own = context.random(16);
    this.#byPasskey = context.plan.association.kind === 'passkey';
  }

  begin(): void {
    if (this.isInitiator) this.#sayPublicKey();
  }

  protected take(pdu: PairingPdu): void {
    if (pdu.type === 'publicKey') this.#takePublicKey({ x: reversed(pdu.x), y: reversed(pdu.y) });
    else if (pdu.type === 'confirm') this.#takeConfirm(pdu.value);
    else if (pdu.type === 'random') this.#takeRandom(pdu.value);
    else if (pdu.type === 'dhKeyCheck') this.#takeCheck(pdu.value);
  }

  #sayPublicKey(): void {
    const { x, y } = this.#pair.point;
    this.context.say({ type: 'publicKey', x: reversed(x), y: reversed(y) });
  }

  #takePublicKey(point: P256Point): void {
    this.#shared = Uint8Array.from(this.#sharedWith(point));
    this.#theirPoint = point;
    if (!this.isInitiator) this.#sayPublicKey();
    if (this.#byPasskey) {
      this.findPasskey((passkey) => {
        this.#passkey = passkey;
        this.#beginRound();
      });
    } else if (this.isInitiator) this.expect('confirm');
    else {
      this.#sayConfirm();
      this.expect('random');
    }
  }

  /** A point off the curve would let its sender learn our secret; our own, reflected, would pass our checks. */
  #sharedWith(point: P256Point): Uint8Array {
    const { manner } = this.context;
    const isOwn = sameBytes(point.x, this.#pair.point.x);
    if (isOwn && manner?.ownPoint !== true) throw new PairingRefusal(PAIRING_FAILED.invalidParameters);
    // Whoever listens knows the secret of the debug key (2.3.5.6.1).
    if (isDebugPoint(point) && manner?.debugPoint !== true) {
      throw new PairingRefusal(PAIRING_FAILED.keyRejected);
    }
    const shared = p256Shared(this.#pair.secret, point);
    if (shared === null && manner?.anyPoint !== true)
      throw new PairingRefusal(PAIRING_FAILED.invalidParameters);
    return shared ?? new Uint8Array(32);
  }

  /** One round of a passkey; the initiator begins. */
  #beginRound(): void {
    if (this.#round > 0) this.#own = this.context.random(16);
    this.expect('confirm');
    if (this.isInitiator) this.#sayConfirm();
  }

  /** What a round mixes besides the random number: a bit of the passkey, or nothing. */
  get #bit(): number {
    return this.#byPasskey ? 0x80 | ((this.#passkey >> this.#round) & 1) : 0;
  }

  #sayConfirm(): void {
    const confirm = f4(this.#pair.point.x, this.#theirX, reversed(this.#own), this.#bit);
    this.context.say({ type: 'confirm', value: reversed(confirm) });
  }

  get #theirX(): Uint8Array {
    return this.#theirPoint?.x ?? new Uint8Array(32);
  }

  #takeConfirm(value: Uint8Array): void {
    this.#theirConfirm = Uint8Array.from(value);
    this.expect('random');
    if (this.isInitiator) this.context.say({ type: 'random', value: this.#own });
    else this.#sayConfirm();
  }

  /** Only without a passkey, a responder has no confirm value to compare with. */
  #takeRandom(theirs: Uint8Array): void {
    this.#theirs = Uint8Array.from(theirs);
    const confirm = reversed(f4(this.#theirX, this.#pair.point.x, reversed(theirs), this.#bit));
    if (this.#theirConfirm !== null && !sameBytes(confirm, this.#theirConfirm)) {
      throw new PairingRefusal(PAIRING_FAILED.confirm);
    }
    if (!this.isInitiator) this.context.say({ type: 'random', value: this.#own });
    this.#round += 1;
    if (this.#byPasskey && this.#round < PASSKEY_ROUNDS) this.#beginRound();
    else this.#derive();
  }

  #derive(): void {
    const { initiator, responder, manner } = this.context;
    const [na, nb] = this.#inOrder(this.#own, this.#theirs);
    const { macKey, ltk } = f5(this.#shared, reversed(na), reversed(nb), initiator, responder);
    this.#macKey = Uint8Array.from(macKey);
    this.#ltk = Uint8Array.from(reversed(ltk));
    if (manner?.keyBeforeCheck === true) this.agree(this.#ltk);
    if (this.context.plan.association.kind === 'comparison') this.#compare(na, nb);
    else this.#check();
  }

  /** Two values of own and their side as initiator's and responder's. */
  #inOrder<T>(own: T, theirs: T): readonly [T, T] {
    return this.isInitiator ? [own, theirs] : [theirs, own];
  }

  #compare(na: Uint8Array, nb: Uint8Array): void {
    const [a, b] = this.#inOrder(this.#pair.point.x, this.#theirX);
    const value = g2(a, b, reversed(na), reversed(nb));
    this.context.wait<boolean>(
      (answer) => this.context.person?.compare?.(value, answer),
      (isSame) => {
        if (!isSame) throw new PairingRefusal(PAIRING_FAILED.numericComparison);
        this.#check();
      },
    );
  }

  #check(): void {
    this.expect('dhKeyCheck');
    if (this.isInitiator) this.#sayCheck();
  }

  #takeCheck(value: Uint8Array): void {
    const { request, response } = this.context;
    const expected = this.#checkValue(!this.isInitiator, this.isInitiator ? response : request);
    if (!sameBytes(expected, value)) throw new PairingRefusal(PAIRING_FAILED.dhKeyCheck);
    const key: LinkKey = this.agree(this.#ltk);
    if (!this.isInitiator) this.#sayCheck();
    this.prove(key);
  }

  #sayCheck(): void {
    const { request, response } = this.context;
    const value = this.#checkValue(this.isInitiator, this.isInitiator ? request : response);
    this.context.say({ type: 'dhKeyCheck', value });
  }

  /** The check value that one side sends. */
  #checkValue(byInitiator: boolean, features: PairingFeatures): Uint8Array {
    const { initiator, responder } = this.context;
    const isOwn = byInitiator === this.isInitiator;
    const [sender, receiver] = isOwn ? [this.#own, this.#theirs] : [this.#theirs, this.#own];
    const [from, to] = byInitiator ? [initiator, responder] : [responder, initiator];
    const check = {
      own: reversed(sender),
      other: reversed(receiver),
      r: passkeyBytes(this.#passkey),
      features: Uint8Array.of(features.auth, features.oob, features.io),
      from,
      to,
    };
    return reversed(f6(this.#macKey, check));
  }
}
