import assert from 'node:assert/strict';
import { dice } from '#core/dice.ts';
import { parseAddress } from '#codecs/ble/address.ts';
import { p256Pair } from '#codecs/ble/p256.ts';
import type { PairingDemands, PairingFeatures } from '#codecs/ble/pairing-method.ts';
import type { LinkKey, PairingEnd, PairingPerson } from '#codecs/ble/pairing-roles.ts';
import { PairingSession } from '#codecs/ble/pairing-session.ts';

export const [CENTRAL, PERIPHERAL] = [
  parseAddress('C4:00:00:00:00:01'),
  parseAddress('C4:00:00:00:00:02/public'),
];

/** One side of a pairing, and what it said. */
export class PairingSide {
  readonly session: PairingSession;
  readonly sent: Uint8Array[] = [];
  key: LinkKey | null = null;
  end: PairingEnd | null = null;

  constructor(
    role: 'initiator' | 'responder',
    features: PairingFeatures,
    more: { readonly person?: PairingPerson; readonly demands?: PairingDemands } = {},
  ) {
    const roll = dice(role === 'initiator' ? 1 : 2);
    const [own, peer] = role === 'initiator' ? [CENTRAL, PERIPHERAL] : [PERIPHERAL, CENTRAL];
    const random = (length: number) => Uint8Array.from({ length }, () => roll(256));
    const pair = () => {
      const made = p256Pair(random(32));
      assert.ok(made !== null);
      return made;
    };
    const link = {
      send: (pdu: Uint8Array) => void this.sent.push(pdu),
      encrypt: (key: LinkKey) => void (this.key = key),
      ended: (end: PairingEnd) => void (this.end = end),
    };
    this.session = new PairingSession({ role, own, peer, features, random, pair, link, ...more });
  }
}

/** Carries PDUs to and fro until both are silent, and encrypts the link when the initiator asks. */
export function converse(
  initiator: PairingSide,
  responder: PairingSide,
  tamper = (pdu: Uint8Array) => pdu,
): void {
  let isEncrypted = false;
  initiator.session.start();
  while (initiator.sent.length + responder.sent.length > 0 || (initiator.key !== null && !isEncrypted)) {
    for (const pdu of initiator.sent.splice(0)) responder.session.receive(tamper(pdu));
    for (const pdu of responder.sent.splice(0)) initiator.session.receive(tamper(pdu));
    if (initiator.key === null || isEncrypted || initiator.sent.length > 0) continue;
    isEncrypted = true;
    const key = responder.session.keyFor(initiator.key.random, initiator.key.diversifier);
    assert.deepEqual(key, initiator.key);
    responder.session.encryptionChanged(true);
    initiator.session.encryptionChanged(true);
  }
}
