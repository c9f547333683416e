import { encodeAtt } from '#codecs/ble/att.ts';
import type { BleCase, BleForbidden, BleStep } from '#codecs/ble/attack-case.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import { encodeSignal } from '#codecs/ble/l2cap-signal.ts';
import { plainFeatures } from '#codecs/ble/pairing-method.ts';
import { encodePairing } from '#codecs/ble/pairing.ts';
import type { BleHandles } from '#fuzz/ble-cases.ts';

/** What an attack has to be sent with. */
export type BleReach =
  /** A plain HCI host. */
  | 'hci'
  /** A radio whose link layer is ours: LLID, lengths, plaintext on an encrypted link, connect parameters out of range. */
  | 'raw';

/** A published attack. */
export interface KnownBleAttack {
  /** kebab-case; unique. */
  readonly id: string;
  readonly cves: readonly string[];
  /** Whose devices, which versions. */
  readonly affected: string;
  /** What is sent. */
  readonly recipe: string;
  /** What a sound device does. */
  readonly healthy: string;
  readonly needs: BleReach;
  /** Null where this host cannot send it: reported as not run, with what it needs. */
  readonly run: BleCase | null;
}

/** Handles that known attacks use besides those of every campaign. */
export interface KnownHandles extends BleHandles {
  /** Of a value that needs encryption, with its client configuration behind it; null: the device has none. */
  readonly protectedValue: number | null;
}

/** One frame on a channel. */
export const frame = (cid: number, bytes: Uint8Array): BleStep => ({ do: 'frame', cid, bytes });
/** An ATT PDU. */
export const att = (...pdu: Parameters<typeof encodeAtt>) => frame(CID.att, encodeAtt(...pdu));
/** A pairing PDU. */
export const pairing = (...pdu: Parameters<typeof encodePairing>) =>
  frame(CID.pairing, encodePairing(...pdu));
/** A signalling command. */
export const signal = (...sent: Parameters<typeof encodeSignal>) =>
  frame(CID.signalling, encodeSignal(...sent));
/** A first fragment, whatever it announces. */
export const start = (data: Uint8Array): BleStep => ({ do: 'pieces', pieces: [{ isStart: true, data }] });
/** The same step so many times. */
export const times = (count: number, step: BleStep): readonly BleStep[] =>
  Array.from({ length: count }, () => step);

/** A Pairing Request for secure connections. */
export const REQUEST = { type: 'request', ...plainFeatures(true) } as const;

/** An attack that a plain host can send, on a link of its own. */
export function attack(
  id: string,
  cves: readonly string[],
  affected: string,
  recipe: string,
  healthy: string,
  steps: readonly BleStep[],
  forbids?: BleForbidden,
): KnownBleAttack {
  const run = { name: id, ownLink: true, steps, ...(forbids === undefined ? {} : { forbids }) };
  return { id, cves, affected, recipe, healthy, needs: 'hci', run };
}

/** An attack that needs another radio. */
export function raw(id: string, cves: readonly string[], affected: string, recipe: string): KnownBleAttack {
  return { id, cves, affected, recipe, healthy: 'drop it, and advertise again', needs: 'raw', run: null };
}
