import { UsageError } from '#core/errors.ts';
import { reversed, type TypedAddress } from '#codecs/ble/pairing-crypto.ts';

/** A device address as HCI has it: lowest byte first. */
export interface DeviceAddress {
  /** 0 public, 1 random. */
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** `C4:11:22:33:44:55/random`, highest byte first, as people write it. */
export function formatAddress({ type, bytes }: DeviceAddress): string {
  const text = [...reversed(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  return `${text.toUpperCase()}/${type === 0 ? 'public' : 'random'}`;
}

/** Reads an address; without `/public` or `/random` it is random. Throws UsageError. */
export function parseAddress(text: string): DeviceAddress {
  const match = /^((?:[\da-f]{2}:){5}[\da-f]{2})(?:\/(public|random))?$/i.exec(text);
  if (match === null) {
    throw new UsageError({
      code: 'ble-address',
      message: 'this is not the address of a Bluetooth device',
      expected: 'C4:11:22:33:44:55, with /public behind it where it is no random address',
      got: JSON.stringify(text),
      remedy: 'copy the address from a scan, or from the label of the board',
    });
  }
  const [, digits = '', type = 'random'] = match;
  const bytes = Uint8Array.from(digits.split(':').toReversed(), (pair) => Number.parseInt(pair, 16));
  return { type: type.toLowerCase() === 'public' ? 0 : 1, bytes };
}

/** Whether both name the same device. */
export function sameAddress(left: DeviceAddress, right: DeviceAddress): boolean {
  return left.type === right.type && left.bytes.every((byte, index) => byte === right.bytes[index]);
}

/** The address as pairing's functions take it. */
export function typedAddress({ type, bytes }: DeviceAddress): TypedAddress {
  return { type, address: reversed(bytes) };
}

/** The nth other random static address of ours; a public address has no others. */
export function otherAddress({ type, bytes }: DeviceAddress, nth: number): DeviceAddress {
  if (type === 0) return { type, bytes };
  const mixed = Uint8Array.from(bytes);
  // The two top bits, in the last byte, say what kind of address it is.
  new DataView(mixed.buffer).setUint16(0, nth ^ new DataView(mixed.buffer).getUint16(0, true), true);
  return { type, bytes: mixed };
}
