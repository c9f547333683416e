import { decodeAdvertising, encodeAdvertising } from '#codecs/ble/advertising.ts';
import { ATT_PDUS, attRows, decodeAtt, encodeAtt } from '#codecs/ble/att.ts';
import { decodeBtsnoop, encodeBtsnoop } from '#codecs/ble/btsnoop.ts';
import { encodeH4, H4Stream } from '#codecs/ble/h4.ts';
import {
  decodeAcl,
  decodeCommand,
  decodeEvent,
  encodeCommand,
  encodeEvent,
  encodeLeEvent,
} from '#codecs/ble/hci.ts';
import { SduReassembler, segmentSdu } from '#codecs/ble/l2cap-credit.ts';
import { decodeSignal, encodeSignal } from '#codecs/ble/l2cap-signal.ts';
import { decodeL2cap, encodeL2cap, L2capReassembler } from '#codecs/ble/l2cap.ts';
import { decodePairing, encodePairing } from '#codecs/ble/pairing.ts';
import { attUuidText } from '#codecs/ble/uuid.ts';
import type { CodecTarget } from '#fuzz/codec-target.ts';

const ADDRESS = Uint8Array.of(1, 2, 3, 4, 5, 0xc6);

const COMMAND = encodeCommand({ type: 'leSetRandomAddress', address: ADDRESS });
const REPORT = encodeLeEvent({
  type: 'advertisingReport',
  reports: [{ eventType: 0, addressType: 1, address: ADDRESS, data: Uint8Array.of(2, 1, 6), rssi: -40 }],
});
const COMPLETED = encodeEvent({ type: 'completedPackets', handles: [{ handle: 1, packets: 2 }] });

/** A codec that gives back the very bytes it has read. */
function exact<T>(
  name: string,
  seeds: readonly Uint8Array[],
  read: (bytes: Uint8Array) => T,
  write: (value: Exclude<T, Error>) => Uint8Array,
): CodecTarget {
  return {
    name,
    seeds: () => seeds,
    run: (bytes) => {
      const value = read(bytes);
      return value instanceof Error ? [] : [[bytes, write(value as Exclude<T, Error>)]];
    },
  };
}

/** Everything that a Bluetooth device or controller sends. */
export const targets: readonly CodecTarget[] = [
  {
    name: 'ble-h4',
    seeds: () => [COMMAND, REPORT, COMPLETED].map(encodeH4),
    run: (bytes) => {
      for (const packet of new H4Stream().push(bytes)) {
        if (packet instanceof Error) continue;
        decodeEvent(packet.body);
        decodeCommand(packet.body);
        decodeAcl(packet.body);
      }
      return [];
    },
  },
  exact('ble-command', [COMMAND.body], decodeCommand, (command) => encodeCommand(command).body),
  exact('ble-l2cap', [encodeL2cap({ cid: 4, payload: ADDRESS })], decodeL2cap, encodeL2cap),
  exact(
    'ble-signal',
    [
      encodeSignal({ id: 1, signal: { type: 'credit', cid: 0x40, credits: 2 } }),
      encodeSignal({
        id: 2,
        signal: {
          type: 'enhancedConnectReq',
          spsm: 0x27,
          mtu: 64,
          mps: 64,
          credits: 1,
          scids: [{ cid: 0x40 }],
        },
      }),
    ],
    decodeSignal,
    encodeSignal,
  ),
  exact(
    'ble-att',
    [
      encodeAtt({ type: 'readReq', handle: 3 }),
      encodeAtt({ type: 'prepareReq', handle: 3, offset: 0, value: ADDRESS }),
      encodeAtt({ type: 'notifyMultiple', values: [{ handle: 3, value: ADDRESS }] }),
      ...Object.values(ATT_PDUS).map(({ code }) => Uint8Array.of(code, 1, 0, 0xff, 0xff, 0, 0x28)),
    ],
    decodeAtt,
    encodeAtt,
  ),
  exact(
    'ble-pairing',
    [
      encodePairing({
        type: 'request',
        io: 3,
        oob: 0,
        auth: 9,
        maxKeySize: 16,
        initiatorKeys: 0,
        responderKeys: 0,
      }),
      encodePairing({ type: 'publicKey', x: new Uint8Array(32), y: new Uint8Array(32) }),
    ],
    decodePairing,
    encodePairing,
  ),
  {
    name: 'ble-pieces',
    seeds: () => [encodeL2cap({ cid: 4, payload: ADDRESS }), ...segmentSdu(ADDRESS, 23)],
    run: (bytes) => {
      const [frames, sdus] = [new L2capReassembler(), new SduReassembler({ mtu: 64, mps: 23 })];
      for (let at = 0; at < bytes.length; at += 5) {
        frames.push((bytes[at] ?? 0) % 2 === 0, bytes.subarray(at, at + 5));
        sdus.push(bytes.subarray(at, at + 5));
      }
      attRows(bytes, bytes[0] ?? 0);
      attUuidText(bytes);
      return [];
    },
  },
  {
    name: 'ble-advertising',
    seeds: () => [
      encodeAdvertising([
        { type: 1, data: Uint8Array.of(6) },
        { type: 9, data: ADDRESS },
      ]),
    ],
    run: (bytes) => {
      const structures = decodeAdvertising(bytes);
      if (structures instanceof Error) return [];
      const written = encodeAdvertising(structures);
      return [[bytes.subarray(0, written.length), written]];
    },
  },
  {
    name: 'btsnoop',
    seeds: () => [
      encodeBtsnoop([
        { received: false, atUs: 1_700_000_000_000_000, packet: COMMAND },
        { received: true, atUs: 1_700_000_000_000_001, packet: REPORT },
      ]),
    ],
    run: (bytes) => {
      decodeBtsnoop(bytes);
      return [];
    },
  },
];
