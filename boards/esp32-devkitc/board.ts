import type { BoardFacts, Firmware } from '#core/board.ts';
import { buildImage, GOLDEN_SPEC, PRODUCT } from './firmware.ts';
import { golden } from './golden.ts';
import { testKeys } from './keys.ts';
import { partitionRows, SLOT_SIZE, type Variant } from './layout.ts';

const firmware: Firmware = {
  format: 'esp-idf',
  keys: testKeys,
  product: PRODUCT,
  goldenSpec: GOLDEN_SPEC,
  golden,
  slotSize: SLOT_SIZE,
  build: buildImage,
};

/** ESP-IDF supports anti-rollback only where there is no factory application. */
function facts(variant: Variant, title: string, antiRollback: boolean): BoardFacts {
  const protections = antiRollback ? 'rollback, anti-rollback' : 'factory application, rollback';
  return {
    id: variant,
    title,
    soc: 'ESP32-D0WD-V3',
    bootloader: { kind: 'esp-idf', mode: `two OTA slots, ${protections}, Secure Boot V2`, version: 'v5.5' },
    flash: { size: 0x400000, page: 0x1000, word: 4 },
    areas: partitionRows(variant).map(({ label: name, offset, size }) => ({ name, offset, size })),
    // With a factory application the other slot: a boot loader that refuses ota_0 would go back to the factory's.
    updateArea: antiRollback ? 'ota_0' : 'ota_1',
    protections: {
      rollback: true,
      downgradeByVersion: true,
      comparesBuildNumber: true,
      acceptsEqualVersion: true,
      downgradeByCounter: antiRollback,
      hardwareCounter: antiRollback,
      signature: true,
      watchdogMs: 5000,
    },
    firmware,
    updatePaths: ['https', 'flash-staged'],
    countsOperations: true,
    inputs: ['mqtt', 'http'],
  };
}

/** ESP32-DevKitC with two OTA slots and everything ESP-IDF offers against bad updates. */
export const esp32Devkitc = facts('esp32-devkitc', 'ESP32-DevKitC, two OTA slots', true);

/** The same board with the factory application kept beside the OTA slots, hence without anti-rollback. */
export const esp32DevkitcFactory = facts(
  'esp32-devkitc-factory',
  'ESP32-DevKitC, factory application and two OTA slots',
  false,
);
