import { APP_DESCRIPTOR_MAGIC, encodeAppDescriptor } from '#codecs/esp-app-desc.ts';
import { BOOTLOADER_DESCRIPTOR_MAGIC, encodeBootloaderDescriptor } from '#codecs/esp-bootloader-desc.ts';
import type { EspChip } from '#codecs/esp-chip.ts';
import { ESP_IMAGE_MAGIC, sealEspImage, type EspImage, type EspSegment } from '#codecs/esp-image.ts';
import type { Draw } from '#codecs/peers/draw.ts';
import type { TheirChip } from '#codecs/peers/esptool/process.ts';

/** An application or boot loader with every field drawn, for a chip whose memory is that. */
export function randomImage(random: Draw, chip: EspChip, { memory }: TheirChip): EspImage {
  const isApp = random.chance(60);
  // Where code and data share addresses, image-info looks for the boot loader's descriptor in the last such segment.
  const ram = memory['IRAM'] === memory['DRAM'] ? 0 : (memory['IRAM'] ?? 0);
  const first = isApp
    ? segment(memory['DROM'] ?? 0, joined(appDescriptor(random, random.bytes(32)), random))
    : segment(memory['DRAM'] ?? 0, joined(bootloaderDescriptor(random), random));
  const more = Array.from({ length: random.below(7) }, () =>
    segment(random.pick([ram, 0]), random.bytes(4 * random.below(301))),
  );
  const segments = [first, ...more];
  return sealEspImage({
    header: {
      magic: ESP_IMAGE_MAGIC,
      segmentCount: segments.length,
      spiMode: random.below(4),
      spiSpeed: Number(random.pick(Object.keys(chip.flashFrequencies))),
      spiSize: random.below(8),
      entry: 1 + random.below(0xffffffff),
      wpPin: random.pick([0xee, 7]),
      spiPinDrive: random.bytes(3),
      chipId: chip.id,
      minChipRevisionLegacy: random.below(4),
      minChipRevision: random.below(0x10000),
      maxChipRevision: random.below(0x10000),
      reserved: new Uint8Array(4),
      hashAppended: random.below(2),
    },
    segments,
  });
}

function segment(loadAddress: number, data: Uint8Array): EspSegment {
  return { loadAddress, length: data.length, data };
}

function joined(descriptor: Uint8Array, random: Draw): Uint8Array {
  return new Uint8Array(Buffer.concat([descriptor, random.bytes(4 * random.below(301))]));
}

/** A descriptor with every field drawn but the digest of the ELF file. */
export function appDescriptor(random: Draw, elfSha256: Uint8Array): Uint8Array {
  return encodeAppDescriptor({
    magic: APP_DESCRIPTOR_MAGIC,
    secureVersion: random.below(0x100000000),
    reserved1: new Uint8Array(8),
    version: random.word(32),
    projectName: random.word(32),
    time: random.word(16),
    date: random.word(16),
    idfVersion: random.word(32),
    elfSha256,
    minEfuseBlockRevision: random.below(0x10000),
    maxEfuseBlockRevision: random.below(0x10000),
    mmuPageSize: random.pick([0, 14, 15, 16]),
    spiFlashMode: random.below(6),
    reserved2: random.bytes(74),
  });
}

function bootloaderDescriptor(random: Draw): Uint8Array {
  return encodeBootloaderDescriptor({
    magic: BOOTLOADER_DESCRIPTOR_MAGIC,
    reserved1: new Uint8Array(2),
    secureVersion: random.below(256),
    version: random.below(0x100000000),
    idfVersion: random.word(32),
    dateTime: random.word(24),
    reserved2: random.bytes(16),
  });
}
