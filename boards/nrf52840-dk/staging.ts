import type { FlashArea } from '#core/board.ts';
import type { CallOptions, FlashProbe } from '#core/capabilities.ts';
import { decodeHeader, HEADER_LENGTH, HEADER_MAGIC } from '#codecs/mcuboot-header.ts';
import { encodeTrailer, type TrailerContent } from '#codecs/mcuboot-trailer.ts';
import { compareVersions } from '#codecs/mcuboot-version.ts';
import type { StagingPlan } from '#drivers/update/flash-staged.ts';
import { hasPeers, type McubootProfile, trailerOf } from '#virtual/mcuboot/profile.ts';
import { flash, layoutOf, updateStart } from './layout.ts';

/** What staging has to know of a board besides the image. */
export interface StagingPlace {
  readonly profile: McubootProfile;
  readonly probe: FlashProbe;
}

/** What a probe writes so that MCUboot finds an update: the whole update slot, the image in it, request at its end. */
export async function stagingPlan(
  place: StagingPlace,
  image: Uint8Array,
  mode: 'test' | 'permanent',
  options: CallOptions,
): Promise<StagingPlan> {
  const { profile } = place;
  const area = await updateArea(place, options);
  const start = updateStart(profile);
  if (start + image.length > area.size) {
    return { refused: `${image.length} bytes do not fit the slot of ${area.size - start}` };
  }
  const slot = new Uint8Array(area.size).fill(0xff);
  slot.set(image, start);
  const trailer = encodeTrailer(
    { ...trailerOf(profile), slotSize: area.size, writeSize: flash.word },
    requestOf(profile, mode),
  );
  slot.set(trailer.bytes, trailer.offset);
  return { writes: [{ address: area.offset, bytes: slot }] };
}

/** Between slots that are peers, an image for good is marked as if it had had its trial. */
function requestOf(profile: McubootProfile, mode: 'test' | 'permanent'): TrailerContent {
  if (hasPeers(profile)) return { magic: true, ...(mode === 'test' ? {} : { copyDone: 1, imageOk: 1 }) };
  return mode === 'test' ? { magic: true, swapType: 'test' } : { magic: true, swapType: 'perm', imageOk: 1 };
}

/** The secondary slot; between peers the one that does not run, which is the one that is not the newest. */
async function updateArea({ profile, probe }: StagingPlace, options: CallOptions): Promise<FlashArea> {
  const { primary, secondary } = layoutOf(profile);
  if (!hasPeers(profile)) return secondary;
  const [first, second] = [
    await versionIn(probe, primary, options),
    await versionIn(probe, secondary, options),
  ];
  if (second === null) return secondary;
  return first === null || compareVersions(second, first, profile.comparesBuildNumber) > 0
    ? primary
    : secondary;
}

async function versionIn(probe: FlashProbe, area: FlashArea, { signal }: CallOptions) {
  const header = decodeHeader(await probe.read(area.offset, HEADER_LENGTH, { signal }));
  return header?.magic === HEADER_MAGIC ? header.version : null;
}
