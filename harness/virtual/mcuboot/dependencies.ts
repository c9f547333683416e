import { decodeDependency, type Dependency } from '#codecs/mcuboot-dependency.ts';
import type { McubootHeader } from '#codecs/mcuboot-header.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { compareVersions, type McubootVersion } from '#codecs/mcuboot-version.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { ImageSource } from '#virtual/mcuboot/slot.ts';
import { tlvAreaOf, walkProtected } from '#virtual/mcuboot/tlv-walk.ts';

/** What an image asks of the others, of which there are `images`; null where it cannot be read. */
export function dependenciesOf(
  source: ImageSource,
  header: McubootHeader,
  images: number,
): readonly Dependency[] | null {
  const area = tlvAreaOf(source, header);
  if (area === null) return null;
  const found: Dependency[] = [];
  for (const entry of walkProtected(source, area)) {
    if (entry === null) return null;
    if (entry.type !== TLV.dependency) continue;
    const dependency = decodeDependency(source.read(entry.offset, entry.length) ?? new Uint8Array());
    if (dependency === null || dependency.image >= images) return null;
    found.push(dependency);
  }
  return found;
}

/** Whether a version is enough. */
export function isMet(loader: Loader, { version }: Dependency, there: McubootVersion | null): boolean {
  return there !== null && compareVersions(there, version, loader.profile.comparesBuildNumber) >= 0;
}
