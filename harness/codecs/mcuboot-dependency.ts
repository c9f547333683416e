import type { McubootVersion } from '#codecs/mcuboot-version.ts';

/** A DEPENDENCY TLV: the image `image` must be there in at least this version. */
export interface Dependency {
  /** Number of an image, from 0; a byte. */
  readonly image: number;
  readonly version: McubootVersion;
}

const LENGTH = 12;

/** The 12 bytes of a dependency; numbers are cut to their fields. */
export function encodeDependency({ image, version }: Dependency): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, image);
  view.setUint8(4, version.major);
  view.setUint8(5, version.minor);
  view.setUint16(6, version.revision, true);
  view.setUint32(8, version.build, true);
  return bytes;
}

/** Reads a dependency; null where the length is wrong. The three bytes between are not judged. */
export function decodeDependency(value: Uint8Array): Dependency | null {
  if (value.length !== LENGTH) return null;
  const view = new DataView(value.buffer, value.byteOffset, LENGTH);
  return {
    image: view.getUint8(0),
    version: {
      major: view.getUint8(4),
      minor: view.getUint8(5),
      revision: view.getUint16(6, true),
      build: view.getUint32(8, true),
    },
  };
}
