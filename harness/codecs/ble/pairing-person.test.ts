import assert from 'node:assert/strict';
import { association, type Association } from '#codecs/ble/pairing-association.ts';
import { plainFeatures } from '#codecs/ble/pairing-method.ts';
import { AUTH, encodePairing, IO, PAIRING_FAILED } from '#codecs/ble/pairing.ts';
import type { PairingPerson } from '#codecs/ble/pairing-roles.ts';
import { converse, PairingSide } from '#codecs/ble/pairing-sides.fixture.ts';

/** The rows of table 2.8 by what the responder can do, their columns by what the initiator can: 0 to 4 without 3. */
const LEGACY = { 0: 'jjRR', 1: 'jjRR', 2: 'IIBI', 4: 'IIRI' } as const;
const SECURE = { 0: 'jjRR', 1: 'jcRc', 2: 'IIBI', 4: 'IcRc' } as const;
const COLUMNS = [IO.display, IO.displayYesNo, IO.keyboard, IO.keyboardDisplay] as const;

/** `I`: the initiator shows and the responder types; `R`: the other way round; `B`: both type. */
function letterOf(found: Association): string {
  if (found.kind === 'comparison') return 'c';
  if (found.kind !== 'passkey') return 'j';
  if (found.initiator === found.responder) return 'B';
  return found.initiator === 'shows' ? 'I' : 'R';
}

const guarded = (io: number, secure: boolean) => {
  const plain = plainFeatures(secure);
  return { ...plain, io, auth: plain.auth | AUTH.mitm };
};

/** Two people in one room: what one shows, the other types; both see both displays. */
function room(typed?: number) {
  let shown: number | null = typed ?? null;
  const waiting: ((passkey: number) => void)[] = [];
  const compared: number[] = [];
  const person: Required<PairingPerson> = {
    show: (passkey) => {
      shown = typed ?? passkey;
      for (const answer of waiting.splice(0)) answer(shown);
    },
    type: (answer) => {
      if (shown === null) waiting.push(answer);
      else answer(shown);
    },
    compare: (value, answer) => {
      compared.push(value);
      answer(true);
    },
  };
  return { person, compared };
}

function sides(asks: number, answers: number, secure: boolean, person: PairingPerson, other = person) {
  return [
    new PairingSide('initiator', guarded(asks, secure), { person }),
    new PairingSide('responder', guarded(answers, secure), { person: other }),
  ] as const;
}

describe('pairing with people', () => {
  for (const [secure, table] of [
    [false, LEGACY],
    [true, SECURE],
  ] as const) {
    const name = secure ? 'secure connections' : 'legacy';

    it(`${name}: the way follows from what both sides can do`, () => {
      for (const [answers, row] of Object.entries(table)) {
        const found = COLUMNS.map((asks) =>
          letterOf(association(guarded(asks, secure), guarded(Number(answers), secure))),
        );
        assert.equal(found.join(''), row, `responder ${answers}`);
        assert.equal(
          association(guarded(IO.none, secure), guarded(Number(answers), secure)).kind,
          'just-works',
        );
      }
    });

    for (const [what, asks, answers, typed] of [
      ['the initiator shows', IO.display, IO.keyboard, undefined],
      ['the responder shows', IO.keyboard, IO.display, undefined],
      ['both type', IO.keyboard, IO.keyboard, 7],
    ] as const) {
      it(`${name}: both sides come to the same key by a passkey, ${what}`, () => {
        const [initiator, responder] = sides(asks, answers, secure, room(typed).person);
        converse(initiator, responder);
        assert.deepEqual(initiator.end, responder.end);
        assert.ok(initiator.end?.ok === true);
        assert.equal(initiator.end.bond.isAuthenticated, true);
        assert.equal(initiator.end.bond.secureConnections, secure);
      });
    }

    it(`${name}: another passkey fails the confirm value, nobody who types fails the passkey`, () => {
      const wrong = sides(IO.keyboard, IO.keyboard, secure, room(123_456).person, room(123_457).person);
      converse(...wrong);
      assert.ok(wrong[0].end?.ok === false);
      assert.equal(wrong[0].end.reason, PAIRING_FAILED.confirm);
      const absent = { type: (answer: (passkey: null) => void) => answer(null) };
      const none = sides(IO.keyboard, IO.display, secure, absent, { show: () => undefined });
      converse(...none);
      assert.ok(none[0].end?.ok === false);
      assert.equal(none[0].end.reason, PAIRING_FAILED.passkey);
    });
  }

  it('both people see the same six digits, and one who says no ends the pairing', () => {
    const { person, compared } = room();
    const [initiator, responder] = sides(IO.displayYesNo, IO.displayYesNo, true, person);
    converse(initiator, responder);
    assert.ok(initiator.end?.ok === true && initiator.end.bond.isAuthenticated);
    assert.equal(compared.length, 2);
    assert.equal(compared[0], compared[1]);
    const refusing = sides(IO.displayYesNo, IO.displayYesNo, true, person, {
      compare: (_value, answer) => answer(false),
    });
    converse(...refusing);
    assert.ok(refusing[0].end?.ok === false);
    assert.equal(refusing[0].end.reason, PAIRING_FAILED.numericComparison);
  });

  it('a PDU that comes while a person is asked waits; a second one ends the pairing; a late answer changes nothing', () => {
    const answers: ((passkey: number) => void)[] = [];
    const type = (answer: (passkey: number) => void) => void answers.push(answer);
    const side = new PairingSide('responder', guarded(IO.keyboard, false), { person: { type } });
    side.session.receive(encodePairing({ type: 'request', ...guarded(IO.display, false) }));
    const confirm = encodePairing({ type: 'confirm', value: new Uint8Array(16) });
    side.session.receive(confirm);
    assert.equal(side.sent.length, 1);
    assert.equal(side.end, null);
    side.session.receive(confirm);
    assert.deepEqual(side.end, { ok: false, reason: PAIRING_FAILED.unspecified, byPeer: false });
    const said = side.sent.length;
    for (const answer of answers) answer(1);
    assert.equal(side.sent.length, said);
  });

  it('is refused where nobody can take part', () => {
    const side = new PairingSide('responder', guarded(IO.keyboard, false));
    side.session.receive(encodePairing({ type: 'request', ...guarded(IO.display, false) }));
    assert.deepEqual(side.end, { ok: false, reason: PAIRING_FAILED.authentication, byPeer: false });
  });
});
