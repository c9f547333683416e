import { UsageError } from '#core/errors.ts';
import type { TrailerShape } from '#codecs/mcuboot-trailer.ts';
import type { Option, Values } from '../command.ts';
import { listOption } from '../options.ts';

/** A slot in a flash dump. */
export interface DumpSlot {
  readonly name: string;
  readonly at: number;
  readonly size: number;
}

/** Where MCUboot's two slots lie in a dump, and the shape of their trailers. */
export interface SlotLayout {
  /** What it is called in titles. */
  readonly chip: string;
  readonly slots: readonly [primary: DumpSlot, secondary: DumpSlot];
  readonly shape: TrailerShape;
}

/** Flash pages of the nRF52 family; slots begin and end at one. */
export const PAGE = 0x1000;
/** Zephyr's defaults for the nRF52 family. */
const TRAILER = { maxAlign: 8, writeSize: 4, maxSectors: 128 } as const;
const U32_MAX = 0xffff_ffff;

/** The nRF52840 DK in Zephyr's device tree: two slots of 472 KiB. */
export const NRF52840_DK: SlotLayout = layoutOf('nRF52840', [
  { at: 0xc000, size: 0x76000 },
  { at: 0x82000, size: 0x76000 },
]);

/** For flash dumps of boards with other layouts. */
export const SLOT_OPTION = {
  slot: {
    type: 'string',
    multiple: true,
    value: 'AT+SIZE',
    help: 'in a flash dump: where MCUboot’s slots lie, primary first (default 0xc000+0x76000,0x82000+0x76000)',
  },
} as const satisfies Readonly<Record<string, Option>>;

function layoutOf(chip: string, [primary, secondary]: readonly [Place, Place]): SlotLayout {
  return {
    chip,
    slots: [
      { name: 'primary slot', ...primary },
      { name: 'secondary slot', ...secondary },
    ],
    shape: { slotSize: primary.size, ...TRAILER },
  };
}

type Place = Pick<DumpSlot, 'at' | 'size'>;

function placeOf(text: string): Place | null {
  const found = /^(0x[0-9a-f]{1,8}|\d{1,10})\+(0x[0-9a-f]{1,8}|\d{1,10})$/i.exec(text);
  const [at, size] = [Number(found?.[1]), Number(found?.[2])];
  const fits = at % PAGE === 0 && size % PAGE === 0 && size > 0 && at + size <= U32_MAX;
  return fits ? { at, size } : null;
}

/** The layout asked for; undefined where none was. UsageError `slot-invalid` for what is no pair of equal, separate slots. */
export function slotLayout(values: Values): SlotLayout | undefined {
  const texts = listOption(values, 'slot');
  if (texts.length === 0) return undefined;
  const [primary, secondary, more] = texts.map(placeOf);
  const isPair = primary && secondary && more === undefined && texts.length === 2;
  if (isPair && primary.size === secondary.size && Math.abs(primary.at - secondary.at) >= primary.size) {
    return layoutOf('MCUboot', [primary, secondary]);
  }
  throw new UsageError({
    code: 'slot-invalid',
    message: 'these are not the two slots of a flash',
    expected: `two of equal size that do not overlap, as AT+SIZE in multiples of ${PAGE}: --slot 0xc000+0x37000,0x43000+0x37000`,
    got: texts.join(','),
    remedy: 'take them from the partitions of the board’s device tree',
  });
}
