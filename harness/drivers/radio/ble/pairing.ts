import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import { p256Pair, type P256Pair } from '#codecs/ble/p256.ts';
import { plainFeatures, type PairingFeatures } from '#codecs/ble/pairing-method.ts';
import type { LinkKey, PairingEnd, PairingPerson } from '#codecs/ble/pairing-roles.ts';
import { PairingSession } from '#codecs/ble/pairing-session.ts';
import type { BleLink } from '#drivers/radio/ble/ble-link.ts';

export interface PairOptions extends CallOptions {
  /** Default: no buttons, no display, secure connections, bonding. */
  readonly features?: PairingFeatures;
  /** Random bytes; seeded, so that a capture can be made again. */
  readonly random: (length: number) => Uint8Array;
  /** Who types, shows and compares; default: nobody. */
  readonly person?: PairingPerson;
  /** The address to give out as our identity; default: our own. */
  readonly identity?: Uint8Array;
}

/** The specification's limit between two steps. */
const PAIRING_MS = 30_000;

/** A key pair from random bytes; one draw in 2^32 is no key, and then the next is taken. */
export function drawPair(random: (length: number) => Uint8Array): P256Pair {
  let drawn = p256Pair(random(32));
  while (drawn === null) drawn = p256Pair(random(32));
  return drawn;
}

/**
 * Pairs on this link: as a central begins, as a peripheral waits to be asked. Gives the key of the bond. PeerError
 * `ble-pairing` where either side gives up, or after the deadline (default 30 s).
 */
export function pair(link: BleLink, options: PairOptions): Promise<LinkKey> {
  const {
    features = plainFeatures(true),
    random,
    signal,
    deadlineMs = PAIRING_MS,
    person,
    identity,
  } = options;
  const onDeadline = (): never => {
    throw pairingFailed('it took too long');
  };
  return waitFor<LinkKey>(
    { clock: link.clock, signals: [signal, link.closed], deadlineMs, onDeadline },
    (resolve, reject) => {
      const session = new PairingSession({
        role: link.role === 'central' ? 'initiator' : 'responder',
        own: link.own,
        peer: link.peer,
        features,
        random,
        pair: () => drawPair(random),
        ...(person === undefined ? {} : { person }),
        ...(identity === undefined ? {} : { identity }),
        link: {
          send: (payload) => link.send({ cid: CID.pairing, payload }),
          // The outcome comes to the session as a change of encryption; a refused command ends the wait.
          encrypt: (key) => void link.encrypt(key, { signal }).catch(reject),
          ended: (end) => (end.ok ? resolve(end.bond) : reject(failureOf(end))),
        },
      });
      const stop = link.listen({
        frame: ({ cid, payload }) => {
          if (cid === CID.pairing) session.receive(payload);
        },
        encryption: (status, enabled) => session.encryptionChanged(status === 0 && enabled),
        keyFor: (number, diversifier) => session.keyFor(number, diversifier),
      });
      if (link.role === 'central') session.start();
      return stop;
    },
  );
}

function failureOf(end: Extract<PairingEnd, { readonly ok: false }>): PeerError {
  return pairingFailed(`reason 0x${end.reason.toString(16)}, said by ${end.byPeer ? 'the peer' : 'us'}`);
}

function pairingFailed(got: string): PeerError {
  return new PeerError({
    code: 'ble-pairing',
    message: 'pairing failed',
    expected: 'a key on both sides',
    got,
    remedy: 'compare the features of both sides in the capture; delete an old bond on the board',
  });
}
