import type { CborMap, CborValue } from '#codecs/cbor.ts';

/** Errors of the protocol itself (`MGMT_ERR_*`). */
export const SMP_ERROR = {
  ok: 0,
  unknown: 1,
  noMemory: 2,
  invalid: 3,
  timeout: 4,
  notFound: 5,
  badState: 6,
  tooBig: 7,
  notSupported: 8,
  corrupt: 9,
  busy: 10,
  accessDenied: 11,
  tooOld: 12,
  tooNew: 13,
} as const;

/** Errors of the image group that decide an update's fate (`IMG_MGMT_ERR_*`). */
export const IMAGE_ERROR = {
  hashNotFound: 8,
  noFreeSlot: 9,
  flashWrite: 12,
  invalidSlot: 14,
  invalidOffset: 20,
  invalidLength: 21,
  invalidHeader: 22,
  headerMagic: 23,
  invalidHash: 24,
  currentIsNewer: 27,
  alreadyPending: 28,
  vectorTable: 29,
  tooLarge: 30,
  dataOverrun: 31,
  confirmationDenied: 32,
  testActiveSlot: 33,
} as const;

/** Errors of the groups that serve files, settings, counters and a shell. */
export const FILES_ERROR = {
  invalidName: 2,
  notFound: 3,
  invalidOffset: 11,
  offsetTooLarge: 12,
  unknownHash: 13,
} as const;
export const SETTINGS_ERROR = { keyTooLong: 2, keyNotFound: 3 } as const;
export const STATISTICS_ERROR = { invalidGroup: 2 } as const;
export const SHELL_ERROR = { tooLong: 2, empty: 3 } as const;
export const ENUMERATION_ERROR = { indexTooLarge: 4 } as const;

/** Errors of the OS group (`OS_MGMT_ERR_*`). */
export const OS_ERROR = { invalidFormat: 2, queryYieldsNoAnswer: 3 } as const;

const PROTOCOL_NAMES = [
  'OK',
  'EUNKNOWN',
  'ENOMEM',
  'EINVAL',
  'ETIMEOUT',
  'ENOENT',
  'EBADSTATE',
  'EMSGSIZE',
  'ENOTSUP',
  'ECORRUPT',
  'EBUSY',
  'EACCESSDENIED',
  'UNSUPPORTED_TOO_OLD',
  'UNSUPPORTED_TOO_NEW',
];

const IMAGE_NAMES = [
  'OK',
  'UNKNOWN',
  'FLASH_CONFIG_QUERY_FAIL',
  'NO_IMAGE',
  'NO_TLVS',
  'INVALID_TLV',
  'TLV_MULTIPLE_HASHES_FOUND',
  'TLV_INVALID_SIZE',
  'HASH_NOT_FOUND',
  'NO_FREE_SLOT',
  'FLASH_OPEN_FAILED',
  'FLASH_READ_FAILED',
  'FLASH_WRITE_FAILED',
  'FLASH_ERASE_FAILED',
  'INVALID_SLOT',
  'NO_FREE_MEMORY',
  'FLASH_CONTEXT_ALREADY_SET',
  'FLASH_CONTEXT_NOT_SET',
  'FLASH_AREA_DEVICE_NULL',
  'INVALID_PAGE_OFFSET',
  'INVALID_OFFSET',
  'INVALID_LENGTH',
  'INVALID_IMAGE_HEADER',
  'INVALID_IMAGE_HEADER_MAGIC',
  'INVALID_HASH',
  'INVALID_FLASH_ADDRESS',
  'VERSION_GET_FAILED',
  'CURRENT_VERSION_IS_NEWER',
  'IMAGE_ALREADY_PENDING',
  'INVALID_IMAGE_VECTOR_TABLE',
  'INVALID_IMAGE_TOO_LARGE',
  'INVALID_IMAGE_DATA_OVERRUN',
  'IMAGE_CONFIRMATION_DENIED',
  'IMAGE_SETTING_TEST_TO_ACTIVE_DENIED',
  'ACTIVE_SLOT_NOT_KNOWN',
];

const OS_NAMES = [
  'OK',
  'UNKNOWN',
  'INVALID_FORMAT',
  'QUERY_YIELDS_NO_ANSWER',
  'RTC_NOT_SET',
  'RTC_COMMAND_FAILED',
  'QUERY_RESPONSE_VALUE_NOT_VALID',
];

const STATISTICS_NAMES = [
  'OK',
  'UNKNOWN',
  'INVALID_GROUP',
  'INVALID_STAT_NAME',
  'INVALID_STAT_SIZE',
  'WALK_ABORTED',
];

const SETTINGS_NAMES = [
  'OK',
  'UNKNOWN',
  'KEY_TOO_LONG',
  'KEY_NOT_FOUND',
  'READ_NOT_SUPPORTED',
  'ROOT_KEY_NOT_FOUND',
  'WRITE_NOT_SUPPORTED',
  'DELETE_NOT_SUPPORTED',
  'SAVE_NOT_SUPPORTED',
];

const FILES_NAMES = [
  'OK',
  'UNKNOWN',
  'FILE_INVALID_NAME',
  'FILE_NOT_FOUND',
  'FILE_IS_DIRECTORY',
  'FILE_OPEN_FAILED',
  'FILE_SEEK_FAILED',
  'FILE_READ_FAILED',
  'FILE_TRUNCATE_FAILED',
  'FILE_DELETE_FAILED',
  'FILE_WRITE_FAILED',
  'FILE_OFFSET_NOT_VALID',
  'FILE_OFFSET_LARGER_THAN_FILE',
  'CHECKSUM_HASH_NOT_FOUND',
  'MOUNT_POINT_NOT_FOUND',
  'READ_ONLY_FILESYSTEM',
  'FILE_EMPTY',
];

const SHELL_NAMES = ['OK', 'UNKNOWN', 'COMMAND_TOO_LONG', 'EMPTY_COMMAND'];

const ENUMERATION_NAMES = [
  'OK',
  'UNKNOWN',
  'TOO_MANY_GROUP_ENTRIES',
  'INSUFFICIENT_HEAP_FOR_ENTRIES',
  'INDEX_TOO_LARGE',
];

/** Prefix and names of each group's codes (smp.md section 4). */
const GROUPS: Readonly<Record<number, readonly [prefix: string, names: readonly string[]]>> = {
  0: ['OS_MGMT_ERR', OS_NAMES],
  1: ['IMG_MGMT_ERR', IMAGE_NAMES],
  2: ['STAT_MGMT_ERR', STATISTICS_NAMES],
  3: ['SETTINGS_MGMT_ERR', SETTINGS_NAMES],
  8: ['FS_MGMT_ERR', FILES_NAMES],
  9: ['SHELL_MGMT_ERR', SHELL_NAMES],
  10: ['ENUM_MGMT_ERR', ENUMERATION_NAMES],
};

/** What a server complained about. */
export interface SmpComplaint {
  /** Group whose code it is; null: the protocol's own. */
  readonly group: number | null;
  readonly code: number;
  /** `IMG_MGMT_ERR_INVALID_HASH (24)`, `MGMT_ERR_EINVAL (3)`, with the server's own words behind it. */
  readonly text: string;
}

/** The error in an answer, in version 1 or 2 style whichever was asked for; null is success. */
export function complaintOf(map: CborMap): SmpComplaint | null {
  const detail = map.get('err');
  if (detail instanceof Map) {
    const err: CborMap = detail;
    const [group, code] = [numberOf(err.get('group')), numberOf(err.get('rc'))];
    if (code !== 0) return complaint(group, code ?? 1, map.get('rsn'));
  }
  const code = numberOf(map.get('rc'));
  return code === null || code === 0 ? null : complaint(null, code, map.get('rsn'));
}

/** Name of an error code; `group` null for the protocol's own. */
export function errorName(group: number | null, code: number): string {
  const [prefix, names] =
    group === null ? ['MGMT_ERR', PROTOCOL_NAMES] : (GROUPS[group] ?? [`GROUP_${group}_ERR`, []]);
  return `${prefix}_${names[code] ?? 'UNLISTED'} (${code})`;
}

function complaint(group: number | null, code: number, reason: CborValue): SmpComplaint {
  const words = typeof reason === 'string' ? `: ${reason.slice(0, 120)}` : '';
  return { group, code, text: `${errorName(group, code)}${words}` };
}

function numberOf(value: CborValue): number | null {
  return typeof value === 'number' && Number.isInteger(value) ? value : null;
}
