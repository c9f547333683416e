import { encodeAtt, type AttPdu } from '#codecs/ble/att.ts';
import type { BleCase, BleStep } from '#codecs/ble/attack-case.ts';
import { CID, encodeL2cap } from '#codecs/ble/l2cap.ts';
import { encodeSignal, type Signal } from '#codecs/ble/l2cap-signal.ts';
import { plainFeatures } from '#codecs/ble/pairing-method.ts';
import { encodePairing, type PairingPdu } from '#codecs/ble/pairing.ts';
import { attUuid, UUID } from '#codecs/ble/uuid.ts';
import { ordersOf } from '#fuzz/ble-orders.ts';
import { boundaries, havoc, truncations } from '#fuzz/mutate.ts';
import { rng } from '#fuzz/rng.ts';

const PRIMARY = attUuid(UUID.primaryService);
const CHARACTERISTIC = attUuid(UUID.characteristic);

/** Handles that a campaign may use: one that can be read, one that can be written. */
export interface BleHandles {
  readonly readable: number;
  readonly writable: number;
}

/** Every request of ATT, sound. */
export function attSeeds({ readable, writable }: BleHandles): readonly AttPdu[] {
  const range = { start: 1, end: 0xffff };
  const value = Uint8Array.of(1, 2);
  const handles = [{ handle: readable }, { handle: readable }];
  return [
    { type: 'mtuReq', mtu: 100 },
    { type: 'findInfoReq', ...range },
    { type: 'findByValueReq', ...range, attributeType: 0x2800, value: Uint8Array.of(0, 0x18) },
    { type: 'readByTypeReq', ...range, attributeType: CHARACTERISTIC },
    { type: 'readReq', handle: readable },
    { type: 'readBlobReq', handle: readable, offset: 1 },
    { type: 'readMultipleReq', handles },
    { type: 'readByGroupReq', ...range, attributeType: PRIMARY },
    { type: 'writeReq', handle: writable, value },
    { type: 'writeCommand', handle: writable, value },
    { type: 'prepareReq', handle: writable, offset: 0, value },
    { type: 'executeReq', flags: 0 },
    { type: 'confirm' },
    { type: 'readVariableReq', handles },
    { type: 'signedWrite', handle: writable, valueAndSignature: new Uint8Array(14) },
  ];
}

/** One frame on a channel, as a case. */
export function frameCase(name: string, cid: number, bytes: Uint8Array): BleCase {
  return { name, ownLink: false, steps: [{ do: 'frame', cid, bytes }] };
}

function stepsCase(name: string, ownLink: boolean, ...steps: readonly BleStep[]): BleCase {
  return { name, ownLink, steps };
}

const sweep = (count: number) => Array.from({ length: count }, (_, index) => index);
const hex = (value: number) => value.toString(16).padStart(2, '0');

/** ATT: every request cut at every byte, every opcode, extensions, handles and offsets at their limits. */
export function attExhaustive(handles: BleHandles): readonly BleCase[] {
  const seeds = attSeeds(handles);
  const cut = seeds.flatMap((seed) =>
    truncations(`ATT ${seed.type}`, encodeAtt(seed)).map(({ name, bytes }) =>
      frameCase(name, CID.att, bytes),
    ),
  );
  const opcodes = sweep(256).map((code) =>
    frameCase(`ATT opcode ${hex(code)}`, CID.att, Uint8Array.of(code, 1, 0, 0xff, 0xff)),
  );
  const longer = seeds.flatMap((seed) =>
    [1, 2, 4, 22, 23, 24, 490, 512].map((more) => {
      const bytes = Uint8Array.from([...encodeAtt(seed), ...new Uint8Array(more)]);
      return frameCase(`ATT ${seed.type} with ${more} bytes more`, CID.att, bytes);
    }),
  );
  const offsets = boundaries(16, handles.writable).flatMap((number) => [
    frameCase(`ATT read of handle ${number}`, CID.att, encodeAtt({ type: 'readReq', handle: number })),
    frameCase(
      `ATT blob at offset ${number}`,
      CID.att,
      encodeAtt({ type: 'readBlobReq', handle: handles.readable, offset: number }),
    ),
  ]);
  return [...cut, ...opcodes, ...longer, ...offsets];
}

/** Every signalling command, sound. */
export const SIGNALS: readonly Signal[] = [
  { type: 'reject', reason: 0, details: new Uint8Array() },
  { type: 'disconnectReq', dcid: 0x40, scid: 0x40 },
  { type: 'parameterReq', intervalMin: 6, intervalMax: 6, latency: 0, timeout: 100 },
  { type: 'creditConnectReq', spsm: 0x80, scid: 0x40, mtu: 64, mps: 64, credits: 4 },
  { type: 'creditConnectRsp', dcid: 0x40, mtu: 0, mps: 0, credits: 0xffff, result: 0 },
  { type: 'credit', cid: 0x40, credits: 0xffff },
  { type: 'enhancedConnectReq', spsm: 0x27, mtu: 64, mps: 64, credits: 1, scids: [{ cid: 0x41 }] },
  { type: 'reconfigureReq', mtu: 64, mps: 64, dcids: [{ cid: 0x40 }] },
];

/** Signalling and framing: every code, cuts, too many channels, channels that do not exist, fragments that do not fit. */
export function l2capExhaustive(): readonly BleCase[] {
  const cut = SIGNALS.flatMap((signal) =>
    truncations(`signal ${signal.type}`, encodeSignal({ id: 1, signal })).map(({ name, bytes }) =>
      frameCase(name, CID.signalling, bytes),
    ),
  );
  const codes = sweep(256).map((code) =>
    frameCase(`signal code ${hex(code)}`, CID.signalling, Uint8Array.of(code, 1, 0, 0)),
  );
  const channels = sweep(0x80).map((cid) => frameCase(`channel ${hex(cid)}`, cid, Uint8Array.of(1)));
  const many = [6, 7, 16, 64].map((count) =>
    frameCase(
      `enhanced connection for ${count} channels`,
      CID.signalling,
      encodeSignal({
        id: 1,
        signal: {
          type: 'enhancedConnectReq',
          spsm: 0x27,
          mtu: 64,
          mps: 64,
          credits: 1,
          scids: sweep(count).map((index) => ({ cid: 0x40 + index })),
        },
      }),
    ),
  );
  return [...cut, ...codes, ...channels, ...many, ...fragments()];
}

function fragments(): readonly BleCase[] {
  const frame = encodeL2cap({ cid: CID.att, payload: encodeAtt({ type: 'mtuReq', mtu: 100 }) });
  const start = (data: Uint8Array) => ({ isStart: true, data });
  const more = (data: Uint8Array) => ({ isStart: false, data });
  const pieces = (name: string, ...list: readonly { isStart: boolean; data: Uint8Array }[]) =>
    stepsCase(name, false, { do: 'pieces', pieces: list });
  const split = sweep(frame.length - 1).map((at) =>
    pieces(`frame cut at ${at + 1}`, start(frame.slice(0, at + 1)), more(frame.slice(at + 1))),
  );
  const lies = [0, 1, 2, 4, 8, 0x100, 0x7fff, 0xfffc, 0xffff].map((length) =>
    pieces(
      `frame length ${length}`,
      start(encodeL2cap({ cid: CID.att, payload: Uint8Array.of(0x0a, 3, 0) }, { length })),
    ),
  );
  return [
    ...split,
    ...lies,
    pieces('continuation first', more(frame)),
    pieces('start twice', start(frame.slice(0, 5)), start(frame)),
    pieces('empty start', start(new Uint8Array())),
    ...[1, 2].map((length) =>
      pieces(
        `four starts of ${length} bytes`,
        ...sweep(4).map(() => start(Uint8Array.of(32, 0).slice(0, length))),
      ),
    ),
  ];
}

const REQUEST = { type: 'request', ...plainFeatures(true) } as const;
/** Every kind of pairing message, as far as it goes without keys. */
export const PAIRING: readonly PairingPdu[] = [
  REQUEST,
  { type: 'confirm', value: new Uint8Array(16) },
  { type: 'random', value: new Uint8Array(16) },
  { type: 'publicKey', x: new Uint8Array(32).fill(1), y: new Uint8Array(32).fill(1) },
  { type: 'dhKeyCheck', value: new Uint8Array(16) },
  { type: 'failed', reason: 8 },
  { type: 'encryptionInformation', key: new Uint8Array(16) },
  { type: 'securityRequest', auth: 1 },
];

/** Pairing: every PDU cut at every byte, every code, key sizes, and all orders of up to `length` PDUs. */
export function pairingExhaustive(length: 1 | 2 | 3 | 4): readonly BleCase[] {
  const cut = PAIRING.flatMap((pdu) => truncations(`pairing ${pdu.type}`, encodePairing(pdu)));
  const codes = sweep(256).map((code) => ({ name: `pairing code ${hex(code)}`, bytes: Uint8Array.of(code) }));
  const sizes = [0, 1, 6, 7, 17, 127, 128, 253, 255].map((maxKeySize) => ({
    name: `key size ${maxKeySize}`,
    bytes: encodePairing({ ...REQUEST, maxKeySize }),
  }));
  return [
    ...[...cut, ...codes, ...sizes].map(({ name, bytes }) => frameCase(name, CID.pairing, bytes)),
    ...orders(length),
  ];
}

function orders(length: number): readonly BleCase[] {
  return ordersOf(PAIRING, length).map((sequence) => {
    const name = `pairing order ${sequence.map(({ type }) => type).join(', ')}`;
    const steps = sequence.map(
      (pdu) => ({ do: 'frame', cid: CID.pairing, bytes: encodePairing(pdu) }) as const,
    );
    return { name, ownLink: true, steps };
  });
}

/** Damaged frames of all protocols, decided by the seed: cases `from` on, of which none needs those before it. */
export function bleHavoc(seed: number, handles: BleHandles, count: number, from = 0): readonly BleCase[] {
  const seeds: readonly (readonly [string, number, Uint8Array])[] = [
    ...attSeeds(handles).map((pdu) => [`ATT ${pdu.type}`, CID.att, encodeAtt(pdu)] as const),
    ...SIGNALS.map(
      (signal) => [`signal ${signal.type}`, CID.signalling, encodeSignal({ id: 1, signal })] as const,
    ),
    ...PAIRING.map((pdu) => [`pairing ${pdu.type}`, CID.pairing, encodePairing(pdu)] as const),
  ];
  return sweep(count).map((index) => {
    const random = rng(seed, `ble ${from + index}`);
    const chosen = seeds[random.below(seeds.length)] ?? ['ATT', CID.att, new Uint8Array()];
    const { name, bytes } = havoc(chosen[0], chosen[2], random);
    return frameCase(name, chosen[1], bytes);
  });
}
