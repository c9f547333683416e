import assert from 'node:assert/strict';
import { DEBUG_POINT } from '#codecs/ble/p256.ts';
import { AUTH, encodePairing, PAIRING_FAILED } from '#codecs/ble/pairing.ts';
import { plainFeatures } from '#codecs/ble/pairing-method.ts';
import { CENTRAL, converse, PairingSide, PERIPHERAL } from '#codecs/ble/pairing-sides.fixture.ts';

describe('pairing', () => {
  for (const secure of [false, true]) {
    const name = secure ? 'secure connections' : 'legacy';

    it(`${name}: both sides come to the same key`, () => {
      const all = { initiatorKeys: 7, responderKeys: 7 };
      const [initiator, responder] = [
        new PairingSide('initiator', { ...plainFeatures(secure), ...all }),
        new PairingSide('responder', { ...plainFeatures(secure), ...all }),
      ];
      converse(initiator, responder);
      assert.ok(initiator.end?.ok === true && responder.end?.ok === true);
      assert.deepEqual(initiator.end.bond, responder.end.bond);
      assert.deepEqual(initiator.end.peerIdentity, PERIPHERAL.bytes);
      assert.deepEqual(responder.end.peerIdentity, CENTRAL.bytes);
      assert.equal(initiator.end.bond.secureConnections, secure);
      assert.notDeepEqual(initiator.end.bond.key, new Uint8Array(16));
    });

    it(`${name}: the smaller key size is used`, () => {
      const responder = new PairingSide('responder', plainFeatures(secure));
      converse(new PairingSide('initiator', { ...plainFeatures(secure), maxKeySize: 7 }), responder);
      assert.ok(responder.end?.ok === true);
      assert.deepEqual(responder.end.bond.key.subarray(7), new Uint8Array(9));
      assert.equal(responder.end.bond.keySize, 7);
    });

    it(`${name}: a wrong random number fails the confirm value`, () => {
      const [initiator, responder] = [
        new PairingSide('initiator', plainFeatures(secure)),
        new PairingSide('responder', plainFeatures(secure)),
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
    const [initiator, responder] = [
      new PairingSide('initiator', none),
      new PairingSide('responder', plainFeatures(false)),
    ];
    converse(initiator, responder);
    assert.ok(initiator.end?.ok === true);
    assert.deepEqual(initiator.end.bond, initiator.key);
  });

  it('secure connections: a wrong check is refused', () => {
    const [initiator, responder] = [
      new PairingSide('initiator', plainFeatures(true)),
      new PairingSide('responder', plainFeatures(true)),
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
      const side = new PairingSide('responder', { ...plainFeatures(true), io: 4 });
      for (const pdu of pdus) side.session.receive(encodePairing(pdu));
      assert.deepEqual(side.end, { ok: false, reason, byPeer: false });
      assert.deepEqual(side.sent.at(-1), encodePairing({ type: 'failed', reason }));
      assert.equal(side.session.keyFor(new Uint8Array(8), 0), null);
    });
  }

  it('a responder refuses the debug key, whose secret everybody knows', () => {
    const side = new PairingSide('responder', plainFeatures(true));
    const { x, y } = DEBUG_POINT;
    side.session.receive(encodePairing(request));
    side.session.receive(encodePairing({ type: 'publicKey', x: x.toReversed(), y: y.toReversed() }));
    assert.deepEqual(side.end, { ok: false, reason: PAIRING_FAILED.keyRejected, byPeer: false });
  });

  for (const [what, features, demands, reason] of [
    ['a short key', { maxKeySize: 15 }, { keySize: 16 }, PAIRING_FAILED.keySize],
    ['legacy pairing', { auth: AUTH.bonding }, { secureConnections: true }, PAIRING_FAILED.authentication],
    ['Just Works', {}, { authenticated: true }, PAIRING_FAILED.authentication],
  ] as const) {
    it(`a side that demands more refuses ${what}`, () => {
      const side = new PairingSide('responder', plainFeatures(true), { demands });
      side.session.receive(encodePairing({ ...request, ...features }));
      assert.deepEqual(side.end, { ok: false, reason, byPeer: false });
    });
  }

  it('refuses its own public key', () => {
    const first = new PairingSide('initiator', plainFeatures(true));
    first.session.start();
    first.session.receive(encodePairing({ ...request, type: 'response' }));
    const reflected = first.sent.at(-1);
    assert.ok(reflected !== undefined);
    first.session.receive(reflected);
    assert.deepEqual(first.end, { ok: false, reason: PAIRING_FAILED.invalidParameters, byPeer: false });
  });

  it('ends with the reason of the peer, with a lost link, and takes no more then', () => {
    const side = new PairingSide('initiator', plainFeatures(true));
    side.session.start();
    side.session.receive(encodePairing({ type: 'failed', reason: 5 }));
    side.session.receive(encodePairing({ ...request, type: 'response' }));
    assert.deepEqual(side.end, { ok: false, reason: 5, byPeer: true });
    assert.equal(side.sent.length, 1);
    const lost = new PairingSide('responder', plainFeatures(true));
    lost.session.abandon();
    assert.equal(lost.end?.ok, false);
  });
});
