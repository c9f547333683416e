import { shortenedKey } from '#codecs/ble/pairing-method.ts';
import { KEYS, PAIRING_FAILED, type PairingPdu } from '#codecs/ble/pairing.ts';
import { PairingRefusal, type LinkKey, type PairingContext } from '#codecs/ble/pairing-roles.ts';

type KeyPdu = PairingPdu['type'];

/** PDUs that carry each kind of key, in the order in which they are given out (Core 6 Vol 3 Part H 3.6.1). */
const CARRIERS: readonly (readonly [number, readonly KeyPdu[]])[] = [
  [KEYS.encryption, ['encryptionInformation', 'centralIdentification']],
  [KEYS.identity, ['identityInformation', 'identityAddress']],
  [KEYS.signing, ['signingInformation']],
];

function pdusFor(keys: number): KeyPdu[] {
  return CARRIERS.flatMap(([bit, pdus]) => ((keys & bit) === 0 ? [] : pdus));
}

/** Gives out and takes in keys once the link is encrypted; the responder begins. */
export class KeyExchange {
  readonly #context: PairingContext;
  readonly #due: KeyPdu[];
  #given: boolean = false;
  #started: boolean = false;
  #key: Uint8Array | null = null;
  /** The encryption key that the responder gave: that of the bond. */
  #bond: LinkKey | null = null;
  #peerIdentity: Uint8Array | null = null;

  constructor(context: PairingContext) {
    this.#context = context;
    const { role, plan } = context;
    this.#due = pdusFor(role === 'initiator' ? plan.responderKeys : plan.initiatorKeys);
  }

  get done(): boolean {
    return this.#given && this.#due.length === 0;
  }

  get bond(): LinkKey | null {
    return this.#bond;
  }

  get peerIdentity(): Uint8Array | null {
    return this.#peerIdentity;
  }

  /** The link is encrypted. */
  begin(): void {
    this.#started = true;
    if (this.#context.role === 'responder' || this.#due.length === 0) this.#give();
  }

  receive(pdu: PairingPdu): void {
    if (!this.#started || this.#due[0] !== pdu.type) throw new PairingRefusal(PAIRING_FAILED.unspecified);
    this.#due.shift();
    if (pdu.type === 'encryptionInformation') this.#key = pdu.key;
    if (pdu.type === 'identityAddress') this.#peerIdentity = pdu.address;
    if (pdu.type === 'centralIdentification' && this.#context.role === 'initiator') {
      this.#bond = this.#linkKey(this.#key ?? new Uint8Array(16), pdu.random, pdu.diversifier);
    }
    if (this.#due.length === 0 && !this.#given) this.#give();
  }

  #give(): void {
    this.#given = true;
    const { role, plan } = this.#context;
    for (const type of pdusFor(role === 'initiator' ? plan.initiatorKeys : plan.responderKeys))
      this.#say(type);
  }

  #say(type: KeyPdu): void {
    const { own, identity, role, random, say } = this.#context;
    if (type === 'encryptionInformation') {
      this.#key = random(16);
      say({ type, key: this.#key });
    } else if (type === 'centralIdentification') {
      const [diversifier, number] = [random(1)[0] ?? 0, random(8)];
      say({ type, diversifier, random: number });
      if (role === 'responder') this.#bond = this.#linkKey(this.#key ?? random(16), number, diversifier);
    } else if (type === 'identityAddress') {
      say({ type, addressType: own.type, address: identity ?? own.bytes });
    } else if (type === 'identityInformation' || type === 'signingInformation')
      say({ type, key: random(16) });
  }

  #linkKey(key: Uint8Array, random: Uint8Array, diversifier: number): LinkKey {
    const { keySize, association } = this.#context.plan;
    const isAuthenticated = association.kind !== 'just-works';
    const short = shortenedKey(key, keySize);
    return { key: short, random, diversifier, keySize, secureConnections: false, isAuthenticated };
  }
}
