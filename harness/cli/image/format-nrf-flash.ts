import { swapTypeOf } from '#codecs/mcuboot-swap-type.ts';
import { readSwapState, trailerMagic, trailerOffsets, type SwapState } from '#codecs/mcuboot-trailer.ts';
import { defectWithin, field, hex, shifted, type Part } from './description.ts';
import { together, within, type Verdict } from './check.ts';
import type { Format, Keys, Parts } from './format.ts';
import { mcubootParts, startsMcuboot, verifyMcuboot } from './format-mcuboot.ts';

/** Layout of the nRF52840 DK in Zephyr's device tree: two slots of 472 KiB, 4 KiB pages, words of 4 bytes. */
const SLOTS = [
  { name: 'primary slot', at: 0xc000, size: 0x76000 },
  { name: 'secondary slot', at: 0x82000, size: 0x76000 },
] as const;
const PAGE = 0x1000;
const SHAPE = { slotSize: 0x76000, maxAlign: 8, writeSize: 4, maxSectors: 128 } as const;

function slotBytes(bytes: Uint8Array, { at, size }: (typeof SLOTS)[number]): Uint8Array {
  return bytes.subarray(at, at + size);
}

function sealed(slot: Uint8Array): boolean {
  const magic = trailerMagic(SHAPE.maxAlign);
  const at = trailerOffsets(SHAPE).magic;
  return magic.every((byte, index) => slot[at + index] === byte);
}

function trailerPart(state: SwapState): Part {
  return {
    name: 'trailer',
    at: trailerOffsets(SHAPE).status,
    fields: [
      field('magic', state.magic),
      field('swapType', state.swapType),
      field('copyDone', state.copyDone),
      field('imageOk', state.imageOk),
    ],
    parts: [],
  };
}

function slotParts(bytes: Uint8Array, slot: (typeof SLOTS)[number]): Parts {
  const there = slotBytes(bytes, slot);
  const image = startsMcuboot(there) ? mcubootParts(there) : { parts: [], defects: [] };
  const state = trailerPart(readSwapState(there, SHAPE));
  const whole: Part = {
    name: slot.name,
    at: slot.at,
    fields: startsMcuboot(there) ? [] : [field('image', null)],
    parts: [...image.parts, state].map((one) => shifted(one, slot.at)),
  };
  const defects = image.defects.map((one) => defectWithin(slot.name, one));
  return { parts: [whole], defects };
}

function described(bytes: Uint8Array): Parts {
  const [primary, secondary] = SLOTS.map((slot) => readSwapState(slotBytes(bytes, slot), SHAPE));
  const slots = SLOTS.map((slot) => slotParts(bytes, slot));
  const next = primary === undefined || secondary === undefined ? 'none' : swapTypeOf(primary, secondary);
  const swap: Part = {
    name: 'next boot',
    at: SLOTS[0].at,
    fields: [field('swapType', next, next === 'none' ? 'none: the primary slot boots' : next)],
    parts: [],
  };
  return {
    parts: [...slots.flatMap(({ parts }) => parts), swap],
    defects: slots.flatMap(({ defects }) => defects),
  };
}

function verifySlots(bytes: Uint8Array, keys: Keys): Verdict {
  const filled = SLOTS.filter((slot) => startsMcuboot(slotBytes(bytes, slot)));
  return together(filled.map((slot) => within(slot.name, verifyMcuboot(slotBytes(bytes, slot), keys))));
}

/** The whole flash of an nRF52840 with MCUboot, from address 0. */
export const nrfFlash: Format = {
  id: 'nrf-flash',
  name: `flash dump of an nRF52840 with MCUboot (slots at ${SLOTS.map(({ at }) => hex(at)).join(' and ')})`,
  recognises: (bytes) =>
    bytes.length % PAGE === 0 &&
    SLOTS.every(({ at, size }) => bytes.length >= at + size) &&
    SLOTS.some((slot) => startsMcuboot(slotBytes(bytes, slot)) || sealed(slotBytes(bytes, slot))),
  describe: (bytes) => ({ title: `nRF52840 flash dump, ${bytes.length / 1024} KiB`, ...described(bytes) }),
  verify: verifySlots,
};
