import type { ScenarioContext } from '#core/attack.ts';
import type { BoardFacts, Firmware } from '#core/board.ts';
import { canonical, type Json } from '#core/canonical.ts';
import { sha256Hex } from '#core/digest.ts';
import type { Image, ImageSpec } from '#core/image.ts';
import { APP_DESCRIPTOR_AT, decodeAppDescriptor } from '#codecs/esp-app-desc.ts';
import { imageIdentity, isDefect, parseMcubootImage } from '#codecs/mcuboot-image.ts';
import { derivedSeed } from '#fuzz/rng.ts';

const built = new WeakMap<Firmware, Map<string, Image>>();

/**
 * An image that plays a part in a scenario: built once per board, spec and seed (signing takes time, and many scenarios
 * use the same update). The run's seed and the spec salt its build id.
 */
export function castImage(board: BoardFacts, context: ScenarioContext, spec: ImageSpec): Image {
  return cast(board, context, spec, 'build');
}

/** As `castImage`, but readable where the board's updates are encrypted: to be forged. A board that decrypts takes both. */
export function castReadable(board: BoardFacts, context: ScenarioContext, spec: ImageSpec): Image {
  return cast(board, context, spec, board.firmware.buildReadable === undefined ? 'build' : 'buildReadable');
}

function cast(
  { firmware }: BoardFacts,
  { seed }: ScenarioContext,
  spec: ImageSpec,
  how: 'build' | 'buildReadable',
): Image {
  const label = canonical(spec as unknown as Json);
  const images = built.get(firmware) ?? new Map<string, Image>();
  built.set(firmware, images);
  const key = `${how} ${seed} ${label}`;
  const known = images.get(key);
  if (known !== undefined) return known;
  const seeded = { ...spec, seed: derivedSeed(seed, label) };
  const readable = how === 'buildReadable' ? firmware.buildReadable?.(seeded) : undefined;
  const image = readable ?? firmware.build(seeded);
  images.set(key, image);
  return image;
}

/** The valid, newer image that most scenarios install. */
export function updateImage(board: BoardFacts, context: ScenarioContext): Image {
  return castImage(board, context, { name: 'update 1.3.0', version: '1.3.0' });
}

/** An image that no builder made; it goes by what its bytes would make the board report. */
export function forgedImage({ firmware }: BoardFacts, name: string, base: Image, bytes: Uint8Array): Image {
  const identity =
    (firmware.format === 'mcuboot' ? mcubootIdentity(bytes) : espIdentity(bytes)) ?? base.identity;
  return { ...base, name, bytes, digest: sha256Hex(bytes), identity };
}

function mcubootIdentity(bytes: Uint8Array): string | null {
  const image = parseMcubootImage(bytes);
  return isDefect(image) ? null : imageIdentity(image);
}

function espIdentity(bytes: Uint8Array): string | null {
  const descriptor = decodeAppDescriptor(bytes.subarray(APP_DESCRIPTOR_AT));
  return descriptor === null ? null : hex(descriptor.elfSha256);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The update path that a board's users take; the first it has. */
export function mainPath(board: BoardFacts): string {
  return board.updatePaths[0] ?? 'none';
}

/** Area that an update goes to: the board's own, or the other slot after an update moved the application there. */
export function areaAfter(board: BoardFacts, updates: number): string {
  const peers = /^(direct-xip|ram-load)/.test(board.bootloader.mode) ? /^slot[01]$/ : /^ota_\d+$/;
  const slots = board.areas.map((area) => area.name).filter((name) => peers.test(name));
  const first = slots.indexOf(board.updateArea);
  if (first === -1) return board.updateArea;
  return slots[(first + updates) % slots.length] ?? board.updateArea;
}
