import { SETTINGS_BACKUP_OFFSET } from '#codecs/dfu-settings.ts';

/** Where Nordic's boot loader keeps what; addresses of flash. */
export interface DfuLayout {
  /** First byte of the application: behind the MBR, or behind the SoftDevice where there is one. */
  readonly application: number;
  /** End of what updates may use: the boot loader, less the application's own data (NRF_DFU_APP_DATA_AREA_SIZE). */
  readonly end: number;
  readonly settings: number;
  readonly backup: number;
}

const SETTINGS = 0xf_f000;
const BOOTLOADER = 0xf_8000;
const APP_DATA = 0x3000;

/** nRF52840 without SoftDevice, release boot loader of SDK 17.1. */
export const NRF52840_DFU: DfuLayout = {
  application: 0x1000,
  end: BOOTLOADER - APP_DATA,
  settings: SETTINGS,
  backup: SETTINGS - SETTINGS_BACKUP_OFFSET,
};
