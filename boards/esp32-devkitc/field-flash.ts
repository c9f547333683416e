import type { BoardFacts, Firmware } from '#core/board.ts';
import type { WantedFlash } from '#drivers/probe/restore-pages.ts';
import { provisionedContent } from '#virtual/esp-idf/provision.ts';
import { goldenSetup } from './golden.ts';
import type { EspProfile } from './profile.ts';

/**
 * Flash of a device in the field as far as a scenario may change it: application slots and boot selection. eFuses cannot
 * be put back; the report shows them. With firmware of the bench's own, its golden image lies where ours would.
 */
export function fieldFlash(
  board: BoardFacts,
  profile: EspProfile,
  firmware?: Firmware,
): readonly WantedFlash[] {
  const setup = goldenSetup(profile);
  const images = firmware === undefined ? setup.images : { ...setup.images, ...own(setup.images, firmware) };
  const { flash } = provisionedContent({ ...setup, images });
  return board.areas
    .filter(({ name }) => name === 'otadata' || name in images)
    .map(({ offset, size }) => ({ address: offset, bytes: flash.slice(offset, offset + size) }));
}

/** The golden image in the slot that runs; nothing where an older release of ours lay. */
function own(
  images: Readonly<Record<string, Uint8Array>>,
  { golden }: Firmware,
): Readonly<Record<string, Uint8Array>> {
  const running = 'factory' in images ? 'ota_0' : 'ota_1';
  const blank = Object.fromEntries(Object.keys(images).map((label) => [label, new Uint8Array(0)]));
  return { ...blank, [running]: golden.bytes };
}
