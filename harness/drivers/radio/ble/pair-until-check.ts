import type { CallOptions } from '#core/capabilities.ts';
import { waitFor } from '#core/wait.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import { plainFeatures } from '#codecs/ble/pairing-method.ts';
import type { LinkKey } from '#codecs/ble/pairing-roles.ts';
import { PairingSession } from '#codecs/ble/pairing-session.ts';
import type { BleLink } from '#drivers/radio/ble/ble-link.ts';
import { drawPair } from '#drivers/radio/ble/pairing.ts';

const DH_KEY_CHECK = 0x0d;
const STEP_MS = 3000;

/** Pairs by secure connections and stops where our check would be sent; gives the key so far, null where it never came so far. */
export function pairUntilCheck(
  link: BleLink,
  random: (length: number) => Uint8Array,
  { signal }: CallOptions,
): Promise<LinkKey | null> {
  const wait = { clock: link.clock, signals: [signal], deadlineMs: STEP_MS, onDeadline: () => null };
  return waitFor<LinkKey | null>(wait, (resolve) => {
    const session: PairingSession = new PairingSession({
      role: 'initiator',
      own: link.own,
      peer: link.peer,
      features: plainFeatures(true),
      random,
      pair: () => drawPair(random),
      manner: { keyBeforeCheck: true },
      link: {
        send: (payload) => {
          if (payload[0] === DH_KEY_CHECK) resolve(session.keyFor(new Uint8Array(8), 0));
          else link.send({ cid: CID.pairing, payload });
        },
        encrypt: () => undefined,
        ended: () => resolve(null),
      },
    });
    const stop = link.listen({
      frame: ({ cid, payload }) => {
        if (cid === CID.pairing) session.receive(payload);
      },
    });
    session.start();
    return stop;
  });
}
