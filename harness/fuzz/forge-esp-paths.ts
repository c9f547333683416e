/** Hides a check of the boot loader over the air: the OTA library verifies, and selects only what is sound. */
export const STAGED_ONLY = {
  https:
    'the OTA library verifies what it wrote before it selects it, so the boot loader never sees the image',
} as const;
