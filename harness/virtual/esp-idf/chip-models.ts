import { ESP32_MEMORY, ESP32S3_MEMORY, type MemoryMap } from '#virtual/esp-idf/memory-map.ts';

/** What silicon brings along, whatever its software was configured for. */
export interface ChipModel {
  /** As the vendor's tools call it (CONFIG_IDF_TARGET). */
  readonly name: 'esp32' | 'esp32s3';
  readonly chipId: number;
  /** major * 100 + minor. */
  readonly revision: number;
  /** Revision of the eFuse block, which images can ask for; null where the chip has none. */
  readonly blockRevision: number | null;
  /** Key digests in the eFuses, and signature blocks that are looked at. */
  readonly keySlots: 1 | 3;
  /** Width of the anti-rollback field, bits. */
  readonly secureVersionBits: number;
  readonly memory: MemoryMap;
}

/** ESP32 revision 3, the first with Secure Boot V2: one key, which cannot be revoked. */
export const ESP32: ChipModel = {
  name: 'esp32',
  chipId: 0,
  revision: 301,
  blockRevision: null,
  keySlots: 1,
  secureVersionBits: 32,
  memory: ESP32_MEMORY,
};

/** ESP32-S3: three keys, each with a bit that revokes it. */
export const ESP32S3: ChipModel = {
  name: 'esp32s3',
  chipId: 9,
  revision: 2,
  blockRevision: 103,
  keySlots: 3,
  secureVersionBits: 16,
  memory: ESP32S3_MEMORY,
};
