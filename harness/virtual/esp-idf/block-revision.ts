import { APP_DESCRIPTOR_LENGTH, decodeAppDescriptor } from '#codecs/esp-app-desc.ts';
import { refused, type FlashSegment, type Stop } from '#virtual/esp-idf/loaded-image.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';

/** `bootloader_common_check_efuse_blk_validity`: what the description asks of the eFuse block. The ESP32 has no such revision. */
export function blockConflict(traits: EspTraits, { at }: FlashSegment): Stop | null {
  const revision = traits.chip.blockRevision;
  const descriptor = decodeAppDescriptor(traits.flash.view(at, at + APP_DESCRIPTOR_LENGTH));
  if (revision === null || descriptor === null) return null;
  const { minEfuseBlockRevision: min, maxEfuseBlockRevision: max } = descriptor;
  if (isLimit(min) && revision < min) return conflict('>=', min, revision);
  return isLimit(max) && revision > max ? conflict('<=', max, revision) : null;
}

function isLimit(value: number): boolean {
  return value !== 0 && value !== 0xffff;
}

function conflict(how: string, wanted: number, found: number): Stop {
  const text = `Image requires efuse blk rev ${how} v${version(wanted)}, but chip is v${version(found)}`;
  return refused(text, 'boot_comm');
}

function version(revision: number): string {
  return `${Math.floor(revision / 100)}.${revision % 100}`;
}
