import { encodeAtt } from '#codecs/ble/att.ts';
import type { BleCase, BleForbidden, BleStep } from '#codecs/ble/attack-case.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import { encodeSignal } from '#codecs/ble/l2cap-signal.ts';
import { DEBUG_POINT, p256Pair, type P256Point } from '#codecs/ble/p256.ts';
import { plainFeatures } from '#codecs/ble/pairing-method.ts';
import type { RawCase, RawStep } from '#codecs/ble/raw-case.ts';
import { encodePairing } from '#codecs/ble/pairing.ts';
import type { SeenService } from '#fuzz/services/grammar.ts';
import type { BleHandles } from '#fuzz/ble-cases.ts';

/** What an attack has to be sent with. */
export type BleReach =
  /** A plain HCI host. */
  | 'hci'
  /** A radio whose link layer is ours: LLID, lengths, plaintext on an encrypted link, connect parameters out of range. */
  | 'raw'
  /** The board's own controller: it must be us who answer its host over HCI. */
  | 'controller'
  /** A board that connects to others as a central. */
  | 'central'
  /** A radio for Classic. */
  | 'classic';

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
  /** For a raw radio, where it is known what to send; played by `RawRunner`. */
  readonly rawRun?: RawCase;
}

/** Handles that known attacks use besides those of every campaign. */
export interface KnownHandles extends BleHandles {
  /** Of a value that needs encryption, with its client configuration behind it; null: the device has none. */
  readonly protectedValue: number | null;
  /** Of Client Supported Features (2B29); left out: the device has none. */
  readonly clientFeatures?: number;
  /** What discovery shows; left out: nothing that has a grammar. */
  readonly services?: readonly SeenService[];
}

/** What a product promises of its pairing; what is left out is not held against it. */
export interface PairingPromise {
  /** Bytes of the shortest key that it agrees to. */
  readonly leastKeySize: number;
  /** It does not pair by the legacy way. */
  readonly secureConnectionsOnly: boolean;
}

/** Security mode 1 level 4, as NIST SP 800-121 asks for: whole keys, secure connections. */
export const STRICT_PROMISE: PairingPromise = { leastKeySize: 16, secureConnectionsOnly: true };

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

/** A public key that the curve has, of a secret that is ours. */
const OWN_SECRET = Uint8Array.from({ length: 32 }, (_, index) => index + 1);

/** A public key as it is sent, lowest byte first. */
export function publicKey({ x, y }: P256Point): BleStep {
  return pairing({ type: 'publicKey', x: x.toReversed(), y: y.toReversed() });
}

/** A sound public key of ours. */
export const soundPublicKey = (): BleStep => publicKey(p256Pair(OWN_SECRET)?.point ?? DEBUG_POINT);

/** Until what was sent has been answered. */
export const SETTLE: BleStep = { do: 'settle' };

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

/** The same from an address that the device has not seen: its pairing leaves a bond. */
export function fromStranger(known: KnownBleAttack): KnownBleAttack {
  return known.run === null ? known : { ...known, run: { ...known.run, isStranger: true } };
}

/** An attack that this host cannot send, and what it needs. */
export function unsent(
  needs: Exclude<BleReach, 'hci' | 'raw'>,
  id: string,
  cves: readonly string[],
  affected: string,
  recipe: string,
): KnownBleAttack {
  return { id, cves, affected, recipe, healthy: 'drop it, and go on', needs, run: null };
}

/** An attack that needs a radio with a link layer of our own. */
export function raw(
  id: string,
  cves: readonly string[],
  affected: string,
  recipe: string,
  steps?: readonly RawStep[],
): KnownBleAttack {
  const row: KnownBleAttack = {
    id,
    cves,
    affected,
    recipe,
    healthy: 'drop it, and advertise again',
    needs: 'raw',
    run: null,
  };
  return steps === undefined ? row : { ...row, rawRun: { name: id, steps } };
}
