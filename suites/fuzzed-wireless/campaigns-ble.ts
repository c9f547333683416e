import type { BleFacts } from '#core/board.ts';
import type { FuzzCase } from '#core/verbs.ts';
import type { BleCase, BleForbidden } from '#codecs/ble/attack-case.ts';
import { encodeBleCase } from '#codecs/ble/case-text.ts';
import { attExhaustive, l2capExhaustive, pairingExhaustive } from '#fuzz/ble-cases.ts';
import { conversationOrders } from '#fuzz/ble-orders.ts';
import type { BleReach, KnownBleAttack } from '#fuzz/ble-attack.ts';
import { knownBleAttacks } from '#fuzz/ble-known.ts';
import { SHOWN_BY } from './ble-shown-by.ts';
import type { Batch, Campaign, CaseSource } from './campaign.ts';

/** What a device did that grants what a case forbids. */
const GRANTED: Readonly<Record<BleForbidden, string>> = {
  encryption: 'encrypted the link with a key that nobody agreed on',
  'public-key': 'took a public key that is not on the curve',
  notification: 'notified a protected value without encryption',
  pairing: 'completed a pairing that it must refuse',
  value: 'gave out a protected value',
  'own-public-key': 'took its own public key for ours',
  'link-key': 'offered the key of the other transport',
  'lost-bond': 'gave up the key of an earlier bond',
  'partial-values': 'answered a request for several values with fewer',
};

/** Why an attack is not run, by what it needs. */
const MISSING: Readonly<Record<BleReach, string>> = {
  hci: 'the device has nothing that it could be sent to',
  raw: 'a radio whose link layer is ours; an HCI host cannot send this',
  controller: 'the board’s own controller in our hands; it answers its host over HCI inside the board',
  central: 'a board that connects to others; this one is connected to',
  classic: 'a radio for Bluetooth Classic',
};

/** A case over LE as the engine sends it. */
export function bleFuzzCase(given: BleCase): FuzzCase {
  const { name, forbids } = given;
  const bytes = encodeBleCase(given);
  return forbids === undefined ? { name, bytes } : { name, bytes, mustRefuse: GRANTED[forbids] };
}

const over =
  (make: (ble: BleFacts, source: CaseSource) => readonly BleCase[]) =>
  (source: CaseSource): readonly FuzzCase[] =>
    source.ble === null ? [] : make(source.ble, source).map(bleFuzzCase);

function knownBatch({ id, cves, affected, recipe, healthy, needs, run }: KnownBleAttack): Batch {
  const whom = [...cves, affected].join(', ');
  return {
    name: id,
    of: 'published attacks',
    title: `${recipe.charAt(0).toUpperCase()}${recipe.slice(1)} (${whom})`,
    healthy,
    cases: () => (run === null ? [] : [bleFuzzCase(run)]),
    exposes: SHOWN_BY[id] ?? [],
    ...(run === null && { notApplicable: `needs ${needs}: ${MISSING[needs]}` }),
  };
}

/** Flaws that some published attack shows by itself. */
const KNOWN_FLAWS = [...new Set(Object.values(SHOWN_BY).flat())];

/** Flaws that only a conversation of several steps brings out. */
const STATE_FLAWS = ['ble/segments-past-sdu', 'ble/half-sdu-outlives-channel', 'ble/failed-execution-kept'];
/** What a search comes upon soon, whatever its seed; how soon it finds deeper flaws, `npm run bench -- fuzz-guided` tells. */
const SEARCHED = ['ble/handle-not-complete', 'ble/second-mtu-deadlock'];
/** Conversations of one search; what is hard to come by needs more of them. */
const CONVERSATIONS = { quick: 1000, exhaustive: 5000 } as const;

const search =
  (guided: boolean): NonNullable<Batch['search']> =>
  ({ ble, exhaustive }) => {
    if (ble === null) return undefined;
    const { readable, writable } = ble;
    const count = exhaustive ? CONVERSATIONS.exhaustive : CONVERSATIONS.quick;
    return { count, guided, handles: { readable, writable } };
  };

/** Campaigns against a Bluetooth LE peripheral. */
export const BLE_CAMPAIGNS: readonly Campaign[] = [
  {
    id: 'ble-known',
    protocol: 'ble',
    title: 'Published attacks on Bluetooth LE peripherals',
    why: 'Each of these took a product or a stack down, or past its protection, and anybody within radio range can send them. They are sent as they were published, and what a sound device makes of each is known.',
    exposes: KNOWN_FLAWS,
    batches: ({ ble }) => (ble === null ? [] : knownBleAttacks(ble, ble.pairing).map(knownBatch)),
  },
  {
    id: 'ble-att',
    protocol: 'ble',
    title: 'Attribute requests cut short, too long, or unknown',
    why: 'Every request is cut at every byte, every opcode is sent, handles and offsets go to their limits. A server answers with an error, ignores what is no request, and serves the next one; it has no state that one request may spoil.',
    exposes: ['ble/handle-not-complete', 'ble/write-length-trusted'],
    batches: [{ name: 'exhaustive', of: 'malformed attribute requests', cases: over(attExhaustive) }],
  },
  {
    id: 'ble-framing',
    protocol: 'ble',
    title: 'Frames, fragments and signalling that do not fit',
    why: 'Under the attributes lies code that puts fragments together and opens channels, and runs before anybody is known. Every signalling code and channel is tried, lengths lie, fragments come twice, never, or without a beginning.',
    exposes: [
      'ble/enhanced-connect-overflow',
      'ble/short-k-frame',
      'ble/start-fragment-trusted',
      'ble/frame-length-trusted',
    ],
    batches: [{ name: 'exhaustive', of: 'malformed frames and signals', cases: over(l2capExhaustive) }],
  },
  {
    id: 'ble-pairing',
    protocol: 'ble',
    title: 'Pairing out of order, cut short, or out of range',
    why: 'Pairing is a state machine that strangers drive, and its keys protect everything else. Its messages come in every order, cut at every byte, and with sizes that no key has; whatever comes, the next stranger is served.',
    exposes: ['ble/key-size-unchecked'],
    batches: [
      {
        name: 'orders',
        of: 'malformed or misplaced pairing messages',
        cases: over((_, { exhaustive }) => pairingExhaustive(exhaustive ? 4 : 2)),
      },
    ],
  },
  {
    id: 'ble-conversations',
    protocol: 'ble',
    title: 'Channels and prepared writes in every order of a few steps',
    why: 'Some mistakes show several sound steps deep: a channel is opened, half filled, closed, opened again. Every order of up to three steps is held, of up to four with --exhaustive.',
    exposes: STATE_FLAWS,
    batches: [
      {
        name: 'orders',
        of: 'conversations',
        cases: over((ble, { exhaustive }) => conversationOrders(ble, exhaustive ? 4 : 3)),
      },
    ],
  },
  {
    id: 'ble-search',
    protocol: 'ble',
    title: 'Conversations over LE, searched for what they bring out',
    why: 'What lies deeper than all orders can reach is searched for. Conversations that led to something new are gone on with; as many at random are the yardstick of how much that helps.',
    exposes: SEARCHED,
    batches: [
      {
        name: 'guided',
        of: 'conversations, each made up by what earlier ones led to',
        cases: () => [],
        search: search(true),
        exposes: SEARCHED,
      },
      {
        name: 'random',
        of: 'conversations at random',
        cases: () => [],
        search: search(false),
        exposes: [],
      },
    ],
  },
];
