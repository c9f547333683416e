import type { McubootHeader } from '#codecs/mcuboot-header.ts';
import { cross, isEncrypted } from '#virtual/mcuboot/image-cipher.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { hasPeers } from '#virtual/mcuboot/profile.ts';
import type { ImageSource } from '#virtual/mcuboot/slot.ts';

/**
 * An image as it was hashed and signed. In the secondary slot it is encrypted where its header says so, in the primary
 * slot and in RAM never; null where its key cannot be had.
 */
export function readableImage(loader: Loader, image: ImageSource, header: McubootHeader): ImageSource | null {
  const { keys, primary, profile } = loader;
  if (keys === null || hasPeers(profile) || image === primary || !isEncrypted(header)) return image;
  if (keys.load('secondary', image, header) === 'failed') return null;
  const key = keys.get('secondary');
  return key === null ? null : deciphered(image, header, key);
}

/** The image with its payload readable. */
export function deciphered(image: ImageSource, header: McubootHeader, key: Uint8Array): ImageSource {
  const { headerSize, imageSize, protectedSize } = header;
  const bytes = image.read(0, headerSize + imageSize + protectedSize);
  if (bytes === null) return image;
  const plain = cross(bytes, 0, header, key);
  return {
    size: image.size,
    read: (offset, length) =>
      offset >= 0 && length >= 0 && offset + length <= plain.length
        ? plain.subarray(offset, offset + length)
        : image.read(offset, length),
  };
}
