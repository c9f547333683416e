/** `esp_err_t` values that the boot loader and the OTA functions give (esp_err.h, esp_ota_ops.h, esp_image_format.h). */
export const ESP_ERR = {
  ok: 0,
  fail: -1,
  invalidArg: 0x102,
  invalidSize: 0x104,
  notFound: 0x105,
  notSupported: 0x106,
  imageInvalid: 0x2002,
  partitionConflict: 0x1501,
  validateFailed: 0x1503,
  smallSecureVersion: 0x1504,
  rollbackFailed: 0x1505,
  rollbackInvalidState: 0x1506,
  alreadyInProgress: 0x1507,
} as const;

/** One of `ESP_ERR`. */
export type EspErr = (typeof ESP_ERR)[keyof typeof ESP_ERR];

const NAMES: Readonly<Record<EspErr, string>> = {
  [ESP_ERR.ok]: 'ESP_OK',
  [ESP_ERR.fail]: 'ESP_FAIL',
  [ESP_ERR.invalidArg]: 'ESP_ERR_INVALID_ARG',
  [ESP_ERR.invalidSize]: 'ESP_ERR_INVALID_SIZE',
  [ESP_ERR.notFound]: 'ESP_ERR_NOT_FOUND',
  [ESP_ERR.notSupported]: 'ESP_ERR_NOT_SUPPORTED',
  [ESP_ERR.imageInvalid]: 'ESP_ERR_IMAGE_INVALID',
  [ESP_ERR.partitionConflict]: 'ESP_ERR_OTA_PARTITION_CONFLICT',
  [ESP_ERR.validateFailed]: 'ESP_ERR_OTA_VALIDATE_FAILED',
  [ESP_ERR.smallSecureVersion]: 'ESP_ERR_OTA_SMALL_SEC_VER',
  [ESP_ERR.rollbackFailed]: 'ESP_ERR_OTA_ROLLBACK_FAILED',
  [ESP_ERR.rollbackInvalidState]: 'ESP_ERR_OTA_ROLLBACK_INVALID_STATE',
  [ESP_ERR.alreadyInProgress]: 'ESP_ERR_OTA_ALREADY_IN_PROGRESS',
};

/** `esp_err_to_name`. */
export function espErrName(error: EspErr): string {
  return NAMES[error];
}
