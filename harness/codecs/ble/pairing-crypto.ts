import { concatBytes } from '@noble/hashes/utils.js';
import { aes128, aesCmac, xor } from '#codecs/ble/aes-cmac.ts';

/*
 * The cryptographic toolbox of Core 6 Vol 3 Part H 2.2. As in the specification, and against the order of the wire, every
 * value here has its most significant byte first; `reversed` goes from one order to the other.
 */

/** Bytes in the other order. */
export function reversed(bytes: Uint8Array): Uint8Array {
  return bytes.toReversed();
}

function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return concatBytes(...parts.map((part) => Uint8Array.from(part)));
}

/** A device's address with its type, seven bytes as f5 and f6 take it. */
export interface TypedAddress {
  /** 0 public, 1 random. */
  readonly type: number;
  /** Most significant byte first. */
  readonly address: Uint8Array;
}

/** What c1 mixes besides key and random number. */
export interface LegacyExchange {
  /** The Pairing Request and Response, opcode included, most significant byte (the last on the wire) first. */
  readonly request: Uint8Array;
  readonly response: Uint8Array;
  readonly initiator: TypedAddress;
  readonly responder: TypedAddress;
}

/** Confirm value of legacy pairing (2.2.3). */
export function c1(key: Uint8Array, random: Uint8Array, exchange: LegacyExchange): Uint8Array {
  const { request, response, initiator, responder } = exchange;
  const p1 = join(response, request, [responder.type & 1], [initiator.type & 1]);
  const p2 = join([0, 0, 0, 0], initiator.address, responder.address);
  return aes128(key, xor(aes128(key, xor(random, p1)), p2));
}

/** Short-term key of legacy pairing (2.2.4), from the responder's and the initiator's random numbers. */
export function s1(key: Uint8Array, responder: Uint8Array, initiator: Uint8Array): Uint8Array {
  return aes128(key, join(responder.subarray(8), initiator.subarray(8)));
}

/** Confirm value of secure connections (2.2.6); `u` and `v` are X coordinates. */
export function f4(u: Uint8Array, v: Uint8Array, x: Uint8Array, z: number): Uint8Array {
  return aesCmac(x, join(u, v, [z]));
}

const F5_SALT = Uint8Array.from(Buffer.from('6c888391aaf5a53860370bdb5a6083be', 'hex'));
/** "btle" in ASCII. */
const F5_KEY_ID = [0x62, 0x74, 0x6c, 0x65];

/** Keys of secure connections (2.2.7): that of the check, and the long-term key. */
export function f5(
  dhKey: Uint8Array,
  initiatorRandom: Uint8Array,
  responderRandom: Uint8Array,
  initiator: TypedAddress,
  responder: TypedAddress,
): { readonly macKey: Uint8Array; readonly ltk: Uint8Array } {
  const key = aesCmac(F5_SALT, dhKey);
  const half = (counter: number) =>
    aesCmac(
      key,
      join(
        [counter],
        F5_KEY_ID,
        initiatorRandom,
        responderRandom,
        [initiator.type],
        initiator.address,
        [responder.type],
        responder.address,
        [1, 0],
      ),
    );
  return { macKey: half(0), ltk: half(1) };
}

/** What f6 mixes: the random numbers of both sides, the shared secret r, and the sender's features. */
export interface DhKeyCheck {
  readonly own: Uint8Array;
  readonly other: Uint8Array;
  readonly r: Uint8Array;
  /** authreq, oob, io: most significant byte first. */
  readonly features: Uint8Array;
  readonly from: TypedAddress;
  readonly to: TypedAddress;
}

/** Check value of secure connections (2.2.8). */
export function f6(macKey: Uint8Array, check: DhKeyCheck): Uint8Array {
  const { own, other, r, features, from, to } = check;
  return aesCmac(macKey, join(own, other, r, features, [from.type], from.address, [to.type], to.address));
}

/** The number that numeric comparison shows (2.2.9), six decimal digits. */
export function g2(u: Uint8Array, v: Uint8Array, x: Uint8Array, y: Uint8Array): number {
  const mac = aesCmac(x, join(u, v, y));
  return new DataView(mac.buffer, mac.byteOffset).getUint32(12) % 1_000_000;
}

/** Hash of a resolvable private address (2.2.2): three bytes, from an identity key and its random part. */
export function ah(irk: Uint8Array, random: Uint8Array): Uint8Array {
  return aes128(irk, join(new Uint8Array(13), random)).slice(13);
}
