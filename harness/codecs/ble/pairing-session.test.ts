import assert from 'node:assert/strict';
import { parseAddress } from '#codecs/ble/address.ts';
import { dice } from '#core/dice.ts';
import { p256Pair } from '#codecs/ble/p256.ts';
import { encodePairing, PAIRING_FAILED } from '#codecs/ble/pairing.ts';
import { plainFeatures, type PairingFeatures } from '#codecs/ble/pairing-method.ts';
import type { LinkKey, PairingEnd } from '#codecs/ble/pairing-roles.ts';
import { PairingSession } from '#codecs/ble/pairing-session.ts';

const [CENTRAL, PERIPHERAL] = [parseAddress('C4:00:00:00:00:01'), parseAddress('C4:00:00:00:00:02/public')];

class Side {
  readonly session: PairingSession;
  readonly sent: Uint8Array[] = [];
  key: LinkKey | null = null;
  end: PairingEnd | null = null;

  constructor(role: 'initiator' | 'responder', features: PairingFeatures) {
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
    this.session = new PairingSession({ role, own, peer, features, random, pair, link });
  }
}

/** Carries PDUs to and fro until both are silent, and encrypts the link when the initiator asks. */
function converse(initiator: Side, responder: Side, tamper = (pdu: Uint8Array) => pdu): void {
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

describe('pairing', () => {
  for (const secure of [false, true]) {
    const name = secure ? 'secure connections' : 'legacy';

    it(`${name}: both sides come to the same key`, () => {
      const all = { initiatorKeys: 7, responderKeys: 7 };
      const [initiator, responder] = [
        new Side('initiator', { ...plainFeatures(secure), ...all }),
        new Side('responder', { ...plainFeatures(secure), ...all }),
      ];
      converse(initiator, responder);
      assert.deepEqual(initiator.end, responder.end);
      assert.ok(initiator.end?.ok === true);
      assert.equal(initiator.end.bond.secureConnections, secure);
      assert.notDeepEqual(initiator.end.bond.key, new Uint8Array(16));
    });

    it(`${name}: the smaller key size is used`, () => {
      const responder = new Side('responder', plainFeatures(secure));
      converse(new Side('initiator', { ...plainFeatures(secure), maxKeySize: 7 }), responder);
      assert.ok(responder.end?.ok === true);
      assert.deepEqual(responder.end.bond.key.subarray(7), new Uint8Array(9));
      assert.equal(responder.end.bond.keySize, 7);
    });

    it(`${name}: a wrong random number fails the confirm value`, () => {
      const [initiator, responder] = [
        new Side('initiator', plainFeatures(secure)),
        new Side('responder', plainFeatures(secure)),
      ];
      converse(initiator, responder, (pdu) =>
        pdu[0] === 4 ? Uint8Array.from(pdu, (byte, at) => (at === 3 ? byte ^ 1 : byte)) : pdu,
      );
      assert.ok(initiator.end?.ok === false && responder.end?.ok === false);
      assert.equal(initiator.end.reason, PAIRING_FAILED.confirm);
      assert.equal(responder.end.reason, PAIRING_FAILED.confirm);
    });
  }

  it('gives nothing out where no key is asked for', () => {
    const none = { ...plainFeatures(false), initiatorKeys: 0, responderKeys: 0 };
    const [initiator, responder] = [new Side('initiator', none), new Side('responder', plainFeatures(false))];
    converse(initiator, responder);
    assert.ok(initiator.end?.ok === true);
    assert.deepEqual(initiator.end.bond, initiator.key);
  });

  it('secure connections: a wrong check is refused', () => {
    const [initiator, responder] = [
      new Side('initiator', plainFeatures(true)),
      new Side('responder', plainFeatures(true)),
    ];
    converse(initiator, responder, (pdu) =>
      pdu[0] === 0x0d ? Uint8Array.from(pdu, (byte, at) => (at === 1 ? byte ^ 1 : byte)) : pdu,
    );
    assert.ok(responder.end?.ok === false);
    assert.equal(responder.end.reason, PAIRING_FAILED.dhKeyCheck);
    assert.equal(responder.session.keyFor(new Uint8Array(8), 0), null);
  });

  const request = { type: 'request', ...plainFeatures(true) } as const;
  const zero = new Uint8Array(32);
  for (const [what, pdus, reason] of [
    ['key size 253', [{ ...request, maxKeySize: 253 }], PAIRING_FAILED.invalidParameters],
    ['key size 6', [{ ...request, maxKeySize: 6 }], PAIRING_FAILED.keySize],
    ['a passkey', [{ ...request, io: 2, auth: 13 }], PAIRING_FAILED.authentication],
    [
      'a point off the curve',
      [request, { type: 'publicKey', x: zero, y: zero }],
      PAIRING_FAILED.invalidParameters,
    ],
    ['a random number first', [{ type: 'random', value: new Uint8Array(16) }], PAIRING_FAILED.unspecified],
    [
      'a public key in legacy pairing',
      [
        { ...request, auth: 1 },
        { type: 'publicKey', x: zero, y: zero },
      ],
      PAIRING_FAILED.unspecified,
    ],
    [
      'a check before the random number',
      [request, { type: 'dhKeyCheck', value: new Uint8Array(16) }],
      PAIRING_FAILED.unspecified,
    ],
  ] as const) {
    it(`a responder refuses ${what}`, () => {
      const side = new Side('responder', { ...plainFeatures(true), io: 4 });
      for (const pdu of pdus) side.session.receive(encodePairing(pdu));
      assert.deepEqual(side.end, { ok: false, reason, byPeer: false });
      assert.deepEqual(side.sent.at(-1), encodePairing({ type: 'failed', reason }));
      assert.equal(side.session.keyFor(new Uint8Array(8), 0), null);
    });
  }

  it('refuses its own public key', () => {
    const first = new Side('initiator', plainFeatures(true));
    first.session.start();
    first.session.receive(encodePairing({ ...request, type: 'response' }));
    const reflected = first.sent.at(-1);
    assert.ok(reflected !== undefined);
    first.session.receive(reflected);
    assert.deepEqual(first.end, { ok: false, reason: PAIRING_FAILED.invalidParameters, byPeer: false });
  });

  it('ends with the reason of the peer, with a lost link, and takes no more then', () => {
    const side = new Side('initiator', plainFeatures(true));
    side.session.start();
    side.session.receive(encodePairing({ type: 'failed', reason: 5 }));
    side.session.receive(encodePairing({ ...request, type: 'response' }));
    assert.deepEqual(side.end, { ok: false, reason: 5, byPeer: true });
    assert.equal(side.sent.length, 1);
    const lost = new Side('responder', plainFeatures(true));
    lost.session.abandon();
    assert.equal(lost.end?.ok, false);
  });
});
