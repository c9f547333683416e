import { encodeAtt, type AttPdu } from '#codecs/ble/att.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import { segmentSdu } from '#codecs/ble/l2cap-credit.ts';
import { encodeSignal } from '#codecs/ble/l2cap-signal.ts';
import { encodePairing } from '#codecs/ble/pairing.ts';
import { attSeeds, PAIRING, SIGNALS, type BleHandles } from '#fuzz/ble-cases.ts';

/** One thing that can be said to a device, sound in itself. */
export interface BleWord {
  readonly name: string;
  readonly cid: number;
  readonly bytes: Uint8Array;
}

/** A whole SDU in one segment, and the first of several segments: on the first channel that a device gives out. */
const K_FRAMES: readonly BleWord[] = [
  { name: 'whole SDU', cid: CID.firstDynamic, bytes: segmentSdu(new Uint8Array(4), 64)[0] as Uint8Array },
  {
    name: 'first segment',
    cid: CID.firstDynamic,
    bytes: segmentSdu(new Uint8Array(4), 64, 8)[0] as Uint8Array,
  },
];

/** A prepared write that cannot be executed, and the execution. */
const writes = ({ writable }: BleHandles): readonly AttPdu[] => [
  { type: 'prepareReq', handle: writable, offset: 0x200, value: Uint8Array.of(1, 2) },
  { type: 'executeReq', flags: 1 },
];

/** Every message of the protocols that a stranger may speak, once. */
export function bleVocabulary(handles: BleHandles): readonly BleWord[] {
  return [
    ...[...attSeeds(handles), ...writes(handles)].map((pdu) => ({
      name: `ATT ${pdu.type}`,
      cid: CID.att,
      bytes: encodeAtt(pdu),
    })),
    ...SIGNALS.map((signal) => ({
      name: `signal ${signal.type}`,
      cid: CID.signalling,
      bytes: encodeSignal({ id: 1, signal }),
    })),
    ...PAIRING.map((pdu) => ({
      name: `pairing ${pdu.type}`,
      cid: CID.pairing,
      bytes: encodePairing(pdu),
    })),
    ...K_FRAMES,
  ];
}
