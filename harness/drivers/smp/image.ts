import type { CallOptions } from '#core/capabilities.ts';
import type { CborMap } from '#codecs/cbor.ts';
import { IMAGE_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';
import { slotsOf, type SlotState } from '#drivers/identity/image-state.ts';
import { call, listOf, numberOf } from '#drivers/smp/call.ts';

/** Writing a trailer may have to wait for flash, erasing a slot for all of its pages (smp.md section 16). */
const STATE_MS = 10_000;
const ERASE_MS = 40_000;

const state = (op: number) => ({ op, group: SMP_GROUP.image, command: IMAGE_COMMAND.state });

/** Bytes of a slot. */
export interface SlotSize {
  readonly image: number;
  readonly slot: number;
  readonly size: number | null;
}

/** The images in the slots. */
export async function readImages(client: SmpClient, options: CallOptions): Promise<readonly SlotState[]> {
  return slotsOf(await call(client, state(SMP_OP.read), {}, options));
}

/** Marks an image to be tried at the next boot; gives the slots after that. */
export function testImage(
  client: SmpClient,
  hash: Uint8Array,
  options: CallOptions,
): Promise<readonly SlotState[]> {
  return writeState(client, { hash, confirm: false }, options);
}

/** Makes an image permanent, the running one where no hash is given; gives the slots after that. */
export function confirmImage(
  client: SmpClient,
  hash: Uint8Array | undefined,
  options: CallOptions,
): Promise<readonly SlotState[]> {
  return writeState(client, { hash, confirm: true }, options);
}

async function writeState(
  client: SmpClient,
  wanted: { readonly hash: Uint8Array | undefined; readonly confirm: boolean },
  options: CallOptions,
): Promise<readonly SlotState[]> {
  return slotsOf(await call(client, state(SMP_OP.write), wanted, { deadlineMs: STATE_MS, ...options }));
}

/** Erases a slot, the one for updates unless told otherwise. */
export async function eraseImage(
  client: SmpClient,
  slot: number | undefined,
  options: CallOptions,
): Promise<void> {
  const command = { op: SMP_OP.write, group: SMP_GROUP.image, command: IMAGE_COMMAND.erase };
  await call(client, command, { slot }, { deadlineMs: ERASE_MS, ...options });
}

/** How large the slots are. */
export async function readSlots(client: SmpClient, options: CallOptions): Promise<readonly SlotSize[]> {
  const command = { op: SMP_OP.read, group: SMP_GROUP.image, command: IMAGE_COMMAND.slots };
  const images = listOf(await call(client, command, {}, options), 'images');
  return images.flatMap((entry) => {
    if (!(entry instanceof Map)) return [];
    const map = entry as CborMap;
    const image = numberOf(map, 'image');
    return listOf(map, 'slots').flatMap((slot) =>
      slot instanceof Map ? [slotOf(image, slot as CborMap)] : [],
    );
  });
}

function slotOf(image: number, map: CborMap): SlotSize {
  const size = map.get('size');
  return { image, slot: numberOf(map, 'slot'), size: typeof size === 'number' ? size : null };
}
