import type { BootSeen, Receipt, RunningImage } from '#core/capabilities.ts';
import { sha256Hex } from '#core/digest.ts';
import type { Image } from '#core/image.ts';

/** Images and observations that the machine tests feed in; no image format behind them. */
export function knownImage(name: string, version: string): Image {
  const digest = sha256Hex(name);
  return {
    name,
    version,
    bytes: new Uint8Array([1, 2, 3, 4]),
    digest,
    identity: sha256Hex(digest),
    buildId: digest.slice(0, 16),
  };
}

export const golden = knownImage('golden 1.2.0', '1.2.0');
export const update = knownImage('update 1.3.0', '1.3.0');
export const hostile = knownImage('hostile 1.4.0', '1.4.0');

/** An application that answers. */
export function seen(image: Image, confirmed: boolean): RunningImage {
  return {
    running: true,
    identity: image.identity,
    version: image.version,
    slot: 'slot0',
    confirmed,
    how: 'test',
  };
}

export const dead: RunningImage = { running: false, why: 'no answer within 30 s' };

/** Boots of these images, in this order. */
export function boots(...images: readonly Image[]): readonly BootSeen[] {
  return images.map((image, index) => ({ atMs: index, version: image.version, buildId: image.buildId }));
}

export const accepted: Receipt = { accepted: true, detail: 'uploaded and marked' };
export const refused: Receipt = { accepted: false, step: 'verify', reason: 'signature is wrong' };
