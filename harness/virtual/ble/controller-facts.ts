import type { HciCommandName } from '#codecs/ble/hci.ts';

/** What a virtual controller says of itself. */
export interface ControllerFacts {
  /** Bytes of one ACL packet and how many may wait; small ones make flow control work. */
  readonly aclLength: number;
  readonly aclCount: number;
}

/** As a controller with data length extension has them. */
export const DEFAULT_FACTS: ControllerFacts = { aclLength: 251, aclCount: 8 };

/** Core 5.4. */
export const HCI_VERSION = 0x0d;
/** The number for companies without one. */
export const NO_COMPANY = 0xffff;

/** LE encryption and data length extension. */
export const LE_FEATURES = Uint8Array.of(0x21, 0, 0, 0, 0, 0, 0, 0);
/** No BR/EDR, but LE. */
export const LMP_FEATURES = Uint8Array.of(0, 0, 0, 0, 0x60, 0, 0, 0);

/** Octet and bit of each command in Supported Commands (Core 6 Vol 4 Part E 6.27). */
const BITS: Partial<Readonly<Record<HciCommandName, readonly [number, number]>>> = {
  disconnect: [0, 5],
  readRemoteVersion: [2, 7],
  setEventMask: [5, 6],
  reset: [5, 7],
  readLocalVersion: [14, 3],
  readLocalFeatures: [14, 5],
  readBufferSize: [14, 7],
  readBdAddr: [15, 1],
  readLeHostSupport: [24, 5],
  writeLeHostSupport: [24, 6],
  leSetEventMask: [25, 0],
  leReadBufferSize: [25, 1],
  leReadLocalFeatures: [25, 2],
  leSetRandomAddress: [25, 4],
  leSetAdvertisingParameters: [25, 5],
  leReadAdvertisingPower: [25, 6],
  leSetAdvertisingData: [25, 7],
  leSetScanResponseData: [26, 0],
  leSetAdvertisingEnable: [26, 1],
  leSetScanParameters: [26, 2],
  leSetScanEnable: [26, 3],
  leCreateConnection: [26, 4],
  leCreateConnectionCancel: [26, 5],
  leReadFilterListSize: [26, 6],
  leClearFilterList: [26, 7],
  leConnectionUpdate: [27, 2],
  leReadRemoteFeatures: [27, 5],
  leEncrypt: [27, 6],
  leRand: [27, 7],
  leEnableEncryption: [28, 0],
  leKeyReply: [28, 1],
  leKeyNegativeReply: [28, 2],
  leReadSupportedStates: [28, 3],
  leSetDataLength: [33, 6],
  leReadDefaultDataLength: [33, 7],
  leWriteDefaultDataLength: [34, 0],
  leReadMaximumDataLength: [35, 3],
};

/** Commands that the controller knows, as their bits. */
export function supportedCommands(): Uint8Array {
  const octets = new Uint8Array(64);
  for (const [octet, bit] of Object.values(BITS)) octets[octet] = (octets[octet] ?? 0) | (1 << bit);
  return octets;
}
