import { encodeAtt, type AttPdu } from '#codecs/ble/att.ts';
import type { BleCase, BleStep } from '#codecs/ble/attack-case.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import type { BleHandles } from '#fuzz/ble-cases.ts';

/** Every order of one up to so many of these, the shorter ones first. */
export function ordersOf<T>(things: readonly T[], most: number): readonly (readonly T[])[] {
  let sequences: readonly (readonly T[])[] = [[]];
  const all: (readonly T[])[] = [];
  for (let length = 0; length < most; length++) {
    sequences = sequences.flatMap((sequence) => things.map((thing) => [...sequence, thing]));
    all.push(...sequences);
  }
  return all;
}

/** A step of a conversation, by the name that it has in a case's. */
interface Named {
  readonly name: string;
  readonly step: BleStep;
}

/** First dynamic SPSM (Core 5.4, vol. 3, part A, 4.22). */
const SPSM = 0x80;
const SETTLE: BleStep = { do: 'settle' };
const OPEN: Named = { name: 'open', step: { do: 'open-channel', spsm: SPSM } };

const kFrame = (name: string, ...bytes: readonly number[]): Named => ({
  name,
  step: { do: 'k-frame', bytes: Uint8Array.from(bytes) },
});

/** What can be done with a channel: an SDU of four bytes is half sent, ended, or run over. */
const CHANNEL: readonly Named[] = [
  kFrame('half', 4, 0, 1, 2),
  kFrame('rest', 3, 4),
  kFrame('excess', 5, 6, 7, 8),
  { name: 'close', step: { do: 'close-channel' } },
  OPEN,
];

const request = (name: string, pdu: AttPdu): Named => ({
  name,
  step: { do: 'frame', cid: CID.att, bytes: encodeAtt(pdu) },
});

/** What can be done with prepared writes: one that fits, one behind the value's end, their execution and their end. */
const writes = ({ writable: handle }: BleHandles): readonly Named[] => [
  request('prepare', { type: 'prepareReq', handle, offset: 0, value: Uint8Array.of(1, 2) }),
  request('prepare far', { type: 'prepareReq', handle, offset: 0x400, value: Uint8Array.of(1, 2) }),
  request('execute', { type: 'executeReq', flags: 1 }),
  request('cancel', { type: 'executeReq', flags: 0 }),
];

function conversation(what: string, steps: readonly Named[]): BleCase {
  const name = `${what} ${steps.map((one) => one.name).join(', ')}`;
  // Each step is answered before the next: a request that comes too soon is not a sound one.
  return { name, ownLink: true, steps: steps.flatMap(({ step }) => [step, SETTLE]) };
}

/** Life of a channel and of prepared writes, sound step by sound step, in every order of up to so many. */
export function conversationOrders(handles: BleHandles, most: number): readonly BleCase[] {
  return [
    ...ordersOf(CHANNEL, most).map((steps) => conversation('channel', [OPEN, ...steps])),
    ...ordersOf(writes(handles), most).map((steps) => conversation('writes', steps)),
  ];
}
