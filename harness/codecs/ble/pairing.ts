import type { PeerError } from '#core/errors.ts';
import { bytes, u16, u8, type Layout, type Lies } from '#codecs/ble/layout.ts';
import { bleError } from '#codecs/ble/layout-decode.ts';
import { PduCodec, type PduKind, type PduOf, type RawPdu } from '#codecs/ble/pdu.ts';

function pdu<const L extends Layout>(code: number, title: string, layout: L): PduKind<L> {
  return { code, title, layout };
}

const FEATURES = [
  u8('io'),
  u8('oob'),
  u8('auth'),
  u8('maxKeySize'),
  u8('initiatorKeys'),
  u8('responderKeys'),
] as const;

/** The Security Manager Protocol (Core 6 Vol 3 Part H 3). Keys and numbers in the order of the wire: lowest byte first. */
export const PAIRING_PDUS = {
  request: pdu(0x01, 'Pairing Request', FEATURES),
  response: pdu(0x02, 'Pairing Response', FEATURES),
  confirm: pdu(0x03, 'Pairing Confirm', [bytes('value', 16)]),
  random: pdu(0x04, 'Pairing Random', [bytes('value', 16)]),
  failed: pdu(0x05, 'Pairing Failed', [u8('reason')]),
  encryptionInformation: pdu(0x06, 'Encryption Information', [bytes('key', 16)]),
  centralIdentification: pdu(0x07, 'Central Identification', [u16('diversifier'), bytes('random', 8)]),
  identityInformation: pdu(0x08, 'Identity Information', [bytes('key', 16)]),
  identityAddress: pdu(0x09, 'Identity Address Information', [u8('addressType'), bytes('address', 6)]),
  signingInformation: pdu(0x0a, 'Signing Information', [bytes('key', 16)]),
  securityRequest: pdu(0x0b, 'Security Request', [u8('auth')]),
  publicKey: pdu(0x0c, 'Pairing Public Key', [bytes('x', 32), bytes('y', 32)]),
  dhKeyCheck: pdu(0x0d, 'Pairing DHKey Check', [bytes('value', 16)]),
  keypress: pdu(0x0e, 'Pairing Keypress Notification', [u8('kind')]),
} as const;

/** What a device can show and be told. */
export const IO = { display: 0, displayYesNo: 1, keyboard: 2, none: 3, keyboardDisplay: 4 } as const;

/** Bits of the authentication requirements. */
export const AUTH = { bonding: 1, mitm: 4, secureConnections: 8, keypress: 16, ct2: 32 } as const;

/** Bits of the keys that are given out. */
export const KEYS = { encryption: 1, identity: 2, signing: 4, link: 8 } as const;

/** Why pairing failed. */
export const PAIRING_FAILED = {
  passkey: 0x01,
  oob: 0x02,
  authentication: 0x03,
  confirm: 0x04,
  notSupported: 0x05,
  keySize: 0x06,
  command: 0x07,
  unspecified: 0x08,
  repeated: 0x09,
  invalidParameters: 0x0a,
  dhKeyCheck: 0x0b,
  numericComparison: 0x0c,
  keyRejected: 0x0f,
} as const;

/** Key sizes that may be agreed. */
export const KEY_SIZE = { least: 7, most: 16 } as const;

export type PairingPdu = PduOf<typeof PAIRING_PDUS>;

const pairing = new PduCodec('SMP', PAIRING_PDUS);

/** A pairing PDU as bytes; lies name its fields, or `opcode`. */
export function encodePairing(sent: PairingPdu | RawPdu, lies: Lies = {}): Uint8Array {
  const opcode = lies['opcode'] ?? pairing.codeOf(sent);
  return Uint8Array.from([
    ...(typeof opcode === 'number' ? [opcode] : opcode),
    ...pairing.encode(sent, lies),
  ]);
}

/** The pairing PDU in these bytes; an unknown code comes back raw. */
export function decodePairing(received: Uint8Array): PairingPdu | RawPdu | PeerError {
  const [code] = received;
  if (code === undefined) return bleError('pairing-empty', 'a pairing PDU without code', '1 byte', 'none');
  return pairing.decode(code, received.subarray(1));
}
