import type { BleForbidden } from '#codecs/ble/attack-case.ts';
import { CID, type L2capFrame } from '#codecs/ble/l2cap.ts';
import { KEYS } from '#codecs/ble/pairing.ts';

/** What a case came to, as far as a device's security is concerned. */
export interface CaseOutcome {
  /** Frames that came back, in order. */
  readonly answers: readonly L2capFrame[];
  /** Whether the last link is encrypted. */
  readonly encrypted: boolean;
  /** Whether the last pairing succeeded; null: none was tried. */
  readonly paired: boolean | null;
  /** Whether the case's first pairing gave a key. */
  readonly hadBond: boolean;
}

const PAIRING = { response: 0x02, confirm: 0x03, publicKey: 0x0c } as const;
const NOTIFICATION = 0x1b;
/** Read By Type, Read, Read Blob, Read Multiple and Read Multiple Variable Response. */
const VALUES: ReadonlySet<number> = new Set([0x09, 0x0b, 0x0d, 0x0f, 0x21]);
const VARIABLE = 0x21;
/** Where a Pairing Response says which keys the responder gives out. */
const RESPONDER_KEYS = 6;

/** What was seen that must not be; null: nothing. */
export function forbiddenSeen(forbids: BleForbidden | undefined, outcome: CaseOutcome): string | null {
  return forbids === undefined ? null : ORACLES[forbids](outcome);
}

type Oracle = (outcome: CaseOutcome) => string | null;

function payloads({ answers }: CaseOutcome, cid: number, code: number): readonly Uint8Array[] {
  return answers.filter((one) => one.cid === cid && one.payload[0] === code).map(({ payload }) => payload);
}

function anyOf(outcome: CaseOutcome, cid: number, codes: ReadonlySet<number>): boolean {
  return outcome.answers.some((one) => one.cid === cid && codes.has(one.payload[0] ?? -1));
}

const TAKEN: ReadonlySet<number> = new Set([PAIRING.confirm, PAIRING.publicKey]);
const NOTIFIED: ReadonlySet<number> = new Set([NOTIFICATION]);

const ORACLES: Readonly<Record<BleForbidden, Oracle>> = {
  encryption: ({ encrypted }) => (encrypted ? 'the link became encrypted' : null),
  'public-key': (outcome) => (anyOf(outcome, CID.pairing, TAKEN) ? 'the public key was taken' : null),
  notification: (outcome) => (anyOf(outcome, CID.att, NOTIFIED) ? 'the value was notified' : null),
  pairing: ({ paired }) => (paired === true ? 'the pairing succeeded' : null),
  value: (outcome) => (anyOf(outcome, CID.att, VALUES) ? 'the value was read' : null),
  'own-public-key': (outcome) => {
    const [known, again] = payloads(outcome, CID.pairing, PAIRING.publicKey).slice(-2).map(String);
    return again !== undefined && known === again ? 'its own public key was taken from us' : null;
  },
  'link-key': (outcome) => {
    const offers = payloads(outcome, CID.pairing, PAIRING.response);
    const isOffered = offers.some((response) => ((response[RESPONDER_KEYS] ?? 0) & KEYS.link) !== 0);
    return isOffered ? 'the key of the other transport was offered' : null;
  },
  'lost-bond': ({ hadBond, encrypted }) =>
    hadBond && !encrypted ? 'the key of the first bond encrypts no more' : null,
  'partial-values': (outcome) =>
    payloads(outcome, CID.att, VARIABLE).length > 0 ? 'some of the values were left out' : null,
};
