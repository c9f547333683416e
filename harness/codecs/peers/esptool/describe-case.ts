import { ESP_CHIPS, type EspChip } from '#codecs/esp-chip.ts';
import { describeEspImage } from '#codecs/esp-describe.ts';
import { encodeEspImage, ESP_SEGMENT_HEADER_LENGTH, type EspImage } from '#codecs/esp-image.ts';
import { verifyEspImage } from '#codecs/esp-verify.ts';
import { same, type CaseWorld } from '#codecs/peers/esptool/case.ts';
import { readInfo, type ImageInfo } from '#codecs/peers/esptool/info.ts';
import { randomImage } from '#codecs/peers/esptool/make.ts';
import { base64, type TheirChip } from '#codecs/peers/esptool/process.ts';
import type { Draw } from '#codecs/peers/draw.ts';

/** Our image, sound or damaged: `esptool image-info` tells of it what we tell. */
export async function describeCase({ random, tools, chips }: CaseWorld): Promise<readonly string[]> {
  const chip = random.pick(ESP_CHIPS);
  const theirs = chips[chip.name];
  if (theirs === undefined) return [`esptool does not know ${chip.name}`];
  const image = damaged(random, randomImage(random, chip, theirs));
  const { ok, lines, error } = await tools.ask('info', { image: base64(encodeEspImage(image)) });
  if (!ok) return [`image-info refuses it: ${error ?? ''}`];
  return [...same('image-info', ourInfo(image), readInfo(lines)), ...chipFacts(chip, theirs)];
}

function damaged(random: Draw, image: EspImage): EspImage {
  if (random.chance(70)) return image;
  if (random.chance(50)) return { ...image, checksum: image.checksum ^ (1 + random.below(255)) };
  return { ...image, digest: image.digest && random.bytes(32) };
}

/** What we say of an image, in the shape of what `image-info` says. */
export function ourInfo(image: EspImage): ImageInfo {
  const found = describeEspImage(image);
  const { checks } = verifyEspImage(encodeEspImage(image));
  const holds = (wanted: string) => checks.some(({ name, result }) => name === wanted && result === 'holds');
  return {
    chipId: found.chipId,
    entry: found.entry,
    flash: [found.flash.mode, found.flash.frequency, found.flash.size],
    revisions: [found.minChipRevision, image.header.minChipRevisionLegacy, found.maxChipRevision],
    segments: found.segments.map(({ length, loadAddress, fileOffset }) => [
      length,
      loadAddress,
      fileOffset - ESP_SEGMENT_HEADER_LENGTH,
    ]),
    checksum: [image.checksum, holds('checksum')],
    digest: image.digest === null ? null : holds('hash'),
    app: found.app && [
      found.app.projectName,
      found.app.version,
      found.app.compiled,
      found.app.elfSha256,
      found.app.idfVersion,
      found.app.minEfuseBlockRevision,
      found.app.maxEfuseBlockRevision,
      found.app.mmuPageSize === null ? '' : `${found.app.mmuPageSize / 1024} KB`,
      String(found.app.secureVersion),
    ],
    bootloader: found.bootloader && [
      String(found.bootloader.version),
      found.bootloader.idfVersion,
      found.bootloader.compiled,
    ],
  };
}

/** Our table of chips beside theirs. */
function chipFacts(chip: EspChip, theirs: TheirChip): readonly string[] {
  const frequencies = Object.entries(chip.flashFrequencies).map(([value, name]) => [
    name,
    theirs.frequencies[name] === Number(value),
  ]);
  return [
    ...same(
      'id, title and boot loader offset',
      [chip.id, chip.title, chip.bootloaderOffset],
      [theirs.id, theirs.title, theirs.bootloader],
    ),
    ...same(
      'flash frequencies',
      frequencies,
      frequencies.map(([name]) => [name, true]),
    ),
  ];
}
