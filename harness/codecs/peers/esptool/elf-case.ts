import { ESP_CHIPS } from '#codecs/esp-chip.ts';
import { encodeEspImage, parseEspImage, sealEspImage, type EspImage } from '#codecs/esp-image.ts';
import { securePadded } from '#codecs/esp-secure-pad.ts';
import { verifyEspImage } from '#codecs/esp-verify.ts';
import { same, sameBytes, type CaseWorld } from '#codecs/peers/esptool/case.ts';
import { ourInfo } from '#codecs/peers/esptool/describe-case.ts';
import { elfOf } from '#codecs/peers/esptool/elf.ts';
import { readInfo } from '#codecs/peers/esptool/info.ts';
import { appDescriptor } from '#codecs/peers/esptool/make.ts';
import { base64, fromBase64, type TheirChip } from '#codecs/peers/esptool/process.ts';
import type { Draw } from '#codecs/peers/draw.ts';

/** Their image from an ELF file: we find it sound, put the same bytes together from its parts, and pad it as they do. */
export async function elfCase({ random, tools, chips }: CaseWorld): Promise<readonly string[]> {
  const chip = random.pick(ESP_CHIPS);
  const theirs = chips[chip.name];
  if (theirs === undefined) return [`esptool does not know ${chip.name}`];
  const elf = base64(elfFor(random, theirs));
  const options = {
    flash_mode: random.pick(['qio', 'qout', 'dio', 'dout']),
    flash_size: random.pick(['1MB', '4MB', '128MB']),
    flash_freq: random.pick(Object.values(chip.flashFrequencies)),
    min_rev_full: random.below(0x10000),
    max_rev_full: random.below(0x10000),
    flash_mmu_page_size: '64KB',
  };
  const make = async (more: object) => {
    const made = await tools.ask('elf2image', { elf, chip: chip.name, options: { ...options, ...more } });
    return made.ok ? fromBase64(made.image) : (made.error ?? 'no reason');
  };
  const plain = await make({ append_digest: random.chance(80) });
  if (typeof plain === 'string') return [`elf2image for ${chip.name}: ${plain}`];
  const versions = chip.name === 'esp32' ? ([1, 2] as const) : ([2] as const);
  const version = random.pick(versions);
  const [whole, padded] = [
    await make({}),
    await make(version === 1 ? { secure_pad: true } : { secure_pad_v2: true }),
  ];
  if (typeof padded === 'string' || typeof whole === 'string')
    return [`elf2image, padded: ${String(padded)}`];
  const image = parseEspImage(plain);
  const { lines } = await tools.ask('info', { image: base64(plain) });
  const { ok, checks } = verifyEspImage(plain, { chipId: chip.id });
  return [
    ...same(
      'our checks',
      checks.filter(({ result }) => result === 'fails'),
      ok ? [] : ['all hold'],
    ),
    ...same('image-info', ourInfo(image), readInfo(lines)),
    ...sameBytes('sealed again', encodeEspImage(sealEspImage(image)), plain),
    ...sameBytes(`padded for V${version}`, paddedAsWe(parseEspImage(whole), version), padded),
  ];
}

function paddedAsWe({ header, segments }: EspImage, version: 1 | 2): Uint8Array {
  const all = securePadded(segments, version);
  return encodeEspImage(sealEspImage({ header: { ...header, segmentCount: all.length }, segments: all }));
}

/** Sections as an application's linker script places them. */
function elfFor(random: Draw, { memory, irom }: TheirChip): Uint8Array {
  const rodata = memory['DROM'] ?? 0;
  const code = Math.max(rodata, irom) + 0x20000 + 0x20;
  const words = (most: number) => random.bytes(4 * (1 + random.below(most + 1)));
  return elfOf(code, [
    { name: '.flash.appdesc', address: rodata + 0x20, data: appDescriptor(random, new Uint8Array(32)) },
    { name: '.flash.text', address: code, data: words(400) },
    { name: '.dram0.data', address: (memory['DRAM'] ?? 0) + 0x8000, data: words(300) },
    { name: '.iram0.text', address: (memory['IRAM'] ?? 0) + 0x400, data: words(300) },
  ]);
}
