import type { BoardFacts, Firmware } from '#core/board.ts';
import { buildImage, GOLDEN_SPEC, PRODUCT } from './firmware.ts';
import { deciphered } from './encryption.ts';
import { fieldImage } from './golden.ts';
import { testKeys } from './keys.ts';
import { partitionRows, SLOT_SIZE } from './layout.ts';
import { checkProfile, FACTORY, PLAIN, type EspProfile } from './profile.ts';
import { readRecords } from './records.ts';
import { updateServer } from './update-server.ts';

const SOC = { esp32: 'ESP32-D0WD-V3', esp32s3: 'ESP32-S3' } as const;

function firmwareOf({ chip }: EspProfile): Firmware {
  return {
    format: 'esp-idf',
    keys: testKeys,
    product: PRODUCT,
    goldenSpec: GOLDEN_SPEC,
    golden: fieldImage('golden', chip.name),
    slotSize: SLOT_SIZE,
    build: (spec) => buildImage(spec, chip.name),
  };
}

function modeOf({ factory, test, rollback, antiRollback, keyRevoked, encrypted }: EspProfile): string {
  const parts = [
    'two OTA slots',
    factory && 'factory application',
    test && 'test application',
    rollback && 'rollback',
    antiRollback && 'anti-rollback',
    encrypted && 'flash encryption',
    keyRevoked ? 'Secure Boot V2, one of two keys revoked' : 'Secure Boot V2',
  ];
  return parts.filter((part) => part !== false).join(', ');
}

/** What a board is that was built from this profile. UsageError when ESP-IDF does not offer such a build. */
export function boardFacts(profile: EspProfile): BoardFacts {
  const { id, title, chip, factory, rollback, antiRollback } = checkProfile(profile);
  const areas = partitionRows(profile).map(({ label: name, offset, size }) => ({ name, offset, size }));
  return {
    id,
    title,
    soc: SOC[chip.name],
    bootloader: { kind: 'esp-idf', mode: modeOf(profile), version: 'v5.5' },
    flash: { size: 0x400000, page: 0x1000, word: 4 },
    areas,
    readRecords: (flash) => readRecords(areas, deciphered(profile, flash)),
    // With a factory application the other slot: a boot loader that refuses ota_0 would go back to the factory's.
    updateArea: factory ? 'ota_1' : 'ota_0',
    protections: {
      rollback,
      downgradeByVersion: true,
      comparesBuildNumber: true,
      acceptsEqualVersion: true,
      downgradeByCounter: antiRollback,
      hardwareCounter: antiRollback,
      signature: true,
      watchdogMs: 5000,
    },
    firmware: firmwareOf(profile),
    updatePaths: ['https', 'flash-staged'],
    countsOperations: true,
    inputs: ['mqtt', 'http', 'https', 'coap', 'mdns'],
    updateServer,
  };
}

/** ESP32-DevKitC with two OTA slots and everything ESP-IDF offers against bad updates. */
export const esp32Devkitc = boardFacts(PLAIN);

/** The same board with the factory application kept beside the OTA slots, hence without anti-rollback. */
export const esp32DevkitcFactory = boardFacts(FACTORY);
