import { swapTypeOf } from '#codecs/mcuboot-swap-type.ts';
import {
  readSwapState,
  type SwapState,
  trailerMagic,
  trailerOffsets,
  type TrailerShape,
} from '#codecs/mcuboot-trailer.ts';
import { defectWithin, field, hex, shifted, type Part } from './description.ts';
import { together, within, type Verdict } from './check.ts';
import type { Format, Keys, Parts } from './format.ts';
import { mcubootParts, startsMcuboot, verifyMcuboot } from './format-mcuboot.ts';
import { type DumpSlot, PAGE, type SlotLayout } from './slot-layout.ts';

function slotBytes(bytes: Uint8Array, { at, size }: DumpSlot): Uint8Array {
  return bytes.subarray(at, at + size);
}

function sealed(slot: Uint8Array, shape: TrailerShape): boolean {
  const magic = trailerMagic(shape.maxAlign);
  const at = trailerOffsets(shape).magic;
  return magic.every((byte, index) => slot[at + index] === byte);
}

function trailerPart(state: SwapState, shape: TrailerShape): Part {
  return {
    name: 'trailer',
    at: trailerOffsets(shape).status,
    fields: [
      field('magic', state.magic),
      field('swapType', state.swapType),
      field('copyDone', state.copyDone),
      field('imageOk', state.imageOk),
    ],
    parts: [],
  };
}

function slotParts(bytes: Uint8Array, slot: DumpSlot, shape: TrailerShape): Parts {
  const there = slotBytes(bytes, slot);
  const image = startsMcuboot(there) ? mcubootParts(there) : { parts: [], defects: [] };
  const state = trailerPart(readSwapState(there, shape), shape);
  const whole: Part = {
    name: slot.name,
    at: slot.at,
    fields: startsMcuboot(there) ? [] : [field('image', null)],
    parts: [...image.parts, state].map((one) => shifted(one, slot.at)),
  };
  const defects = image.defects.map((one) => defectWithin(slot.name, one));
  return { parts: [whole], defects };
}

function described(bytes: Uint8Array, { slots: places, shape }: SlotLayout): Parts {
  const [primary, secondary] = places;
  const state = (slot: DumpSlot) => readSwapState(slotBytes(bytes, slot), shape);
  const slots = places.map((slot) => slotParts(bytes, slot, shape));
  const next = swapTypeOf(state(primary), state(secondary));
  const swap: Part = {
    name: 'next boot',
    at: primary.at,
    fields: [field('swapType', next, next === 'none' ? 'none: the primary slot boots' : next)],
    parts: [],
  };
  return {
    parts: [...slots.flatMap(({ parts }) => parts), swap],
    defects: slots.flatMap(({ defects }) => defects),
  };
}

function verifySlots(bytes: Uint8Array, keys: Keys, { slots }: SlotLayout): Verdict {
  const filled = slots.filter((slot) => startsMcuboot(slotBytes(bytes, slot)));
  return together(filled.map((slot) => within(slot.name, verifyMcuboot(slotBytes(bytes, slot), keys))));
}

/** The whole flash of a chip with MCUboot, from address 0. */
export function nrfFlash(layout: SlotLayout): Format {
  const { chip, slots, shape } = layout;
  const places = slots.map(({ at }) => hex(at)).join(' and ');
  return {
    id: 'nrf-flash',
    name: `flash dump with MCUboot's slots at ${places}`,
    recognises: (bytes) =>
      bytes.length % PAGE === 0 &&
      slots.every(({ at, size }) => bytes.length >= at + size) &&
      slots.some((slot) => startsMcuboot(slotBytes(bytes, slot)) || sealed(slotBytes(bytes, slot), shape)),
    describe: (bytes) => ({
      title: `${chip} flash dump, ${bytes.length / 1024} KiB`,
      ...described(bytes, layout),
    }),
    verify: (bytes, keys) => verifySlots(bytes, keys, layout),
  };
}
