/** What GET_SECURITY_INFO tells. */
export interface EspSecurityInfo {
  readonly flags: number;
  readonly flashCryptCount: number;
  readonly keyPurposes: readonly number[];
  /** Null on the ESP32-S2, which leaves it out. */
  readonly chipId: number | null;
  readonly apiVersion: number | null;
}

/** Bits of the flags, lowest first. */
const FLAGS = [
  'SECURE_BOOT_EN',
  'SECURE_BOOT_AGGRESSIVE_REVOKE',
  'SECURE_DOWNLOAD_ENABLE',
  'SECURE_BOOT_KEY_REVOKE0',
  'SECURE_BOOT_KEY_REVOKE1',
  'SECURE_BOOT_KEY_REVOKE2',
  'SOFT_DIS_JTAG',
  'HARD_DIS_JTAG',
  'DIS_USB',
  'DIS_DOWNLOAD_DCACHE',
  'DIS_DOWNLOAD_ICACHE',
] as const;
const SHORT = 12;
const LONG = 20;
const PURPOSES = 7;

/** Name of a flag. */
export type EspSecurityFlag = (typeof FLAGS)[number];

/** Reads the data of the answer; null where its length is neither of the two that exist. */
export function parseSecurityInfo(data: Uint8Array): EspSecurityInfo | null {
  if (data.length !== SHORT && data.length !== LONG) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return {
    flags: view.getUint32(0, true),
    flashCryptCount: data[4] ?? 0,
    keyPurposes: [...data.subarray(5, 5 + PURPOSES)],
    chipId: data.length === LONG ? view.getUint32(12, true) : null,
    apiVersion: data.length === LONG ? view.getUint32(16, true) : null,
  };
}

/** Writes it as a loader does. */
export function encodeSecurityInfo(info: EspSecurityInfo): Uint8Array {
  const data = new Uint8Array(info.chipId === null ? SHORT : LONG);
  const view = new DataView(data.buffer);
  view.setUint32(0, info.flags, true);
  data[4] = info.flashCryptCount;
  data.set(info.keyPurposes.slice(0, PURPOSES), 5);
  if (info.chipId !== null) {
    view.setUint32(12, info.chipId, true);
    view.setUint32(16, info.apiVersion ?? 0, true);
  }
  return data;
}

/** Whether a flag is set. */
export function hasSecurityFlag({ flags }: Pick<EspSecurityInfo, 'flags'>, flag: EspSecurityFlag): boolean {
  return ((flags >>> FLAGS.indexOf(flag)) & 1) === 1;
}

/** Flags word of those that are set. */
export function securityFlags(...set: readonly EspSecurityFlag[]): number {
  return set.reduce((word, flag) => (word | (1 << FLAGS.indexOf(flag))) >>> 0, 0);
}
