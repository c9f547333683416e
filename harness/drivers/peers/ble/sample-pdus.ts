import { dice, type Dice } from '#core/dice.ts';
import { ATT_PDUS, encodeAtt, type AttPdu } from '#codecs/ble/att.ts';
import type { H4Packet } from '#codecs/ble/h4.ts';
import { HCI_COMMANDS, type HciCommandKind } from '#codecs/ble/hci-command.ts';
import { HCI_EVENTS, LE_EVENTS } from '#codecs/ble/hci-event.ts';
import {
  ACL_START,
  encodeAcl,
  encodeCommand,
  encodeEvent,
  encodeLeEvent,
  type HciCommand,
  type HciEvent,
  type LeEvent,
} from '#codecs/ble/hci.ts';
import { CID, encodeL2cap } from '#codecs/ble/l2cap.ts';
import { encodeSignal, SIGNALS, type Signal } from '#codecs/ble/l2cap-signal.ts';
import type { Field, Layout } from '#codecs/ble/layout.ts';
import { encodeLayout } from '#codecs/ble/layout-encode.ts';
import { encodePairing, PAIRING_PDUS, type PairingPdu } from '#codecs/ble/pairing.ts';
import { encodeLlControl, LL_CONTROL } from '#codecs/ble/link-layer.ts';
import type { PduKind, PduTable } from '#codecs/ble/pdu.ts';
import { spansOf, type Span } from '#drivers/peers/ble/spans.ts';

/** A packet of one PDU, and where its fields are. */
export interface Sample {
  readonly name: string;
  readonly packet: H4Packet;
  readonly received: boolean;
  readonly spans: readonly Span[];
}

type Values = Readonly<Record<string, unknown>>;

/** The link that the samples belong to. */
export const HANDLE = 0x40;
const INDICATOR = 1;
const ACL_AND_L2CAP = 8;
const FLAGS_ONLY = Uint8Array.of(2, 1, 6);

/** Values that a dissector needs to make sense of the rest; everything else is drawn. */
const SENSIBLE: Readonly<Record<string, Values>> = {
  readByTypeReq: { attributeType: Uint8Array.of(3, 0x28) },
  readByGroupReq: { attributeType: Uint8Array.of(0, 0x28) },
  findInfoRsp: { format: 1, rows: Uint8Array.of(1, 0, 0, 0x28, 2, 0, 3, 0x28) },
  readByTypeRsp: { each: 7, rows: Uint8Array.of(2, 0, 2, 3, 0, 0, 0x2a) },
  readByGroupRsp: { each: 6, rows: Uint8Array.of(1, 0, 3, 0, 0, 0x18) },
  findByValueReq: { attributeType: 0x2800, value: Uint8Array.of(0, 0x18) },
  signedWrite: { valueAndSignature: new Uint8Array(14) },
  executeReq: { flags: 1 },
  // More than one channel is beyond what scapy takes apart.
  enhancedConnectReq: { scids: [{ cid: 0x41 }] },
  enhancedConnectRsp: { dcids: [{ cid: 0x42 }] },
  reconfigureReq: { dcids: [{ cid: 0x43 }] },
  reject: { reason: 0, details: new Uint8Array() },
  // Bits, which tshark shows one by one.
  leSetAdvertisingParameters: { channels: 1 },
  'returns readLeHostSupport': { supported: 1, unused: 1 },
  commandComplete: { opcode: 0x0c03, returns: Uint8Array.of(0) },
  leSetAdvertisingData: { significant: 3, data: padded(FLAGS_ONLY) },
  leSetScanResponseData: { significant: 3, data: padded(FLAGS_ONLY) },
  leSetExtendedScanParameters: { phys: 1, perPhy: new Uint8Array(5) },
  advertisingReport: {
    reports: [{ eventType: 0, addressType: 1, address: new Uint8Array(6), data: FLAGS_ONLY, rssi: -50 }],
  },
  extendedReport: {
    reports: [
      {
        eventType: 0x13,
        addressType: 1,
        address: new Uint8Array(6),
        primaryPhy: 1,
        secondaryPhy: 0,
        set: 0xff,
        power: 127,
        rssi: -50,
        periodicInterval: 0,
        directAddressType: 0,
        directAddress: new Uint8Array(6),
        data: FLAGS_ONLY,
      },
    ],
  },
};

function padded(data: Uint8Array): Uint8Array {
  const whole = new Uint8Array(31);
  whole.set(data);
  return whole;
}

function drawn(field: Exclude<Field, { kind: 'size' }>, roll: Dice): unknown {
  switch (field.kind) {
    case 'number':
      if (field.name === 'handle') return HANDLE;
      return roll(Math.min(256 ** field.width, 2 ** 31)) - (field.signed ? 128 : 0);
    case 'bytes':
    case 'blob':
      return Uint8Array.from({ length: field.kind === 'bytes' ? field.length : 6 }, () => roll(256));
    default:
      return [valuesOf('', field.entry, roll), valuesOf('', field.entry, roll)];
  }
}

function valuesOf(type: string, layout: Layout, roll: Dice): Values {
  const values = layout.flatMap((field) =>
    field.kind === 'size' ? [] : [[field.name, SENSIBLE[type]?.[field.name] ?? drawn(field, roll)] as const],
  );
  return Object.fromEntries(values);
}

interface Protocol {
  readonly name: string;
  readonly table: PduTable;
  /** Bytes between the indicator and the fields. */
  readonly header: number;
  readonly received: boolean;
  readonly pack: (pdu: never) => H4Packet;
}

const acl = (cid: number, payload: Uint8Array): H4Packet =>
  encodeAcl({ handle: HANDLE, start: ACL_START.fromHost, data: encodeL2cap({ cid, payload }) });

const PROTOCOLS: readonly Protocol[] = [
  {
    name: 'command',
    table: HCI_COMMANDS,
    header: 3,
    received: false,
    pack: (pdu: HciCommand) => encodeCommand(pdu),
  },
  { name: 'event', table: HCI_EVENTS, header: 2, received: true, pack: (pdu: HciEvent) => encodeEvent(pdu) },
  {
    name: 'LE event',
    table: LE_EVENTS,
    header: 3,
    received: true,
    pack: (pdu: LeEvent) => encodeLeEvent(pdu),
  },
  {
    name: 'signal',
    table: SIGNALS,
    header: ACL_AND_L2CAP + 4,
    received: false,
    pack: (signal: Signal) => acl(CID.signalling, encodeSignal({ id: 1, signal })),
  },
  {
    name: 'ATT',
    table: ATT_PDUS,
    header: ACL_AND_L2CAP + 1,
    received: false,
    pack: (pdu: AttPdu) => acl(CID.att, encodeAtt(pdu)),
  },
  {
    name: 'pairing',
    table: PAIRING_PDUS,
    header: ACL_AND_L2CAP + 1,
    received: false,
    pack: (pdu: PairingPdu) => acl(CID.pairing, encodePairing(pdu)),
  },
];

/** Tables whose PDUs all have a sample. */
export const SAMPLED_TABLES: readonly PduTable[] = [...PROTOCOLS.map(({ table }) => table), LL_CONTROL];

/** One sample of every PDU that there is and of what every command gives back, decided by the seed. */
export function samplePdus(seed: number): readonly Sample[] {
  const roll = dice(seed);
  return [...pdus(roll), ...commandReturns(roll)];
}

/** Between the indicator and the return parameters: event header, credits and opcode. */
const COMPLETE_HEADER = 5;

function commandReturns(roll: Dice): readonly Sample[] {
  return Object.entries(HCI_COMMANDS).flatMap(
    ([type, { code, returns: layout }]: [string, HciCommandKind]) => {
      if (layout === null) return [];
      const values = { ...valuesOf(`returns ${type}`, layout, roll), status: 0 };
      const returns = encodeLayout(layout, values as never);
      return {
        name: `returns ${type}`,
        received: true,
        packet: encodeEvent({ type: 'commandComplete', credits: 1, opcode: code, returns }),
        spans: spansOf(layout, values, INDICATOR + COMPLETE_HEADER),
      };
    },
  );
}

function pdus(roll: Dice): readonly Sample[] {
  return PROTOCOLS.flatMap(({ name, table, header, received, pack }: Protocol) =>
    Object.entries(table).map(([type, { layout }]) => {
      const values = valuesOf(type, layout, roll);
      return {
        name: `${name} ${type}`,
        received,
        packet: pack({ type, ...values } as never),
        spans: spansOf(layout, values, INDICATOR + header),
      };
    }),
  );
}

/** A packet of the link layer, from its access address to its CRC, and where its fields are. */
export interface AirSample {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly spans: readonly Span[];
}

/** Of a data channel; what stands there is as good as anything but the advertisers' own. */
const ACCESS_ADDRESS = Uint8Array.of(0x78, 0x56, 0x34, 0x12);
/** Access address, header and opcode. */
const AIR_HEADER = 7;

/** One sample of every control PDU of the link layer; their CRC is not looked at. */
export function sampleControls(seed: number): readonly AirSample[] {
  const roll = dice(seed);
  return Object.entries(LL_CONTROL).map(([type, { layout }]: [string, PduKind]) => {
    const values = valuesOf(type, layout, roll);
    const pdu = encodeLlControl({ type, ...values } as never);
    const bytes = Uint8Array.from([...ACCESS_ADDRESS, ...pdu, 0, 0, 0]);
    return { name: `control ${type}`, bytes, spans: spansOf(layout, values, AIR_HEADER) };
  });
}
