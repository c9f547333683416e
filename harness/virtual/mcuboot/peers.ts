import type { McubootHeader } from '#codecs/mcuboot-header.ts';
import { compareVersions } from '#codecs/mcuboot-version.ts';
import { headerAt } from '#virtual/mcuboot/headers.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { ImageSource, Slot } from '#virtual/mcuboot/slot.ts';
import { headerFits } from '#virtual/mcuboot/validate.ts';

/** One of two slots that are equal: an image runs out of either, or is loaded from either. */
export interface Peer {
  readonly name: 'primary' | 'secondary';
  readonly slot: Slot;
  readonly header: McubootHeader;
}

/** A slot that was decided on, and the image as it will run. */
export interface Choice {
  readonly peer: Peer;
  readonly image: ImageSource;
}

/** Reads both headers; slots without one that fits are left out. */
export function findPeers(loader: Loader): Set<Peer> {
  const found = new Set<Peer>();
  for (const name of ['primary', 'secondary'] as const) {
    const slot = loader[name];
    const header = headerAt(slot);
    if (headerFits(loader, header, slot)) {
      found.add({ name, slot, header });
      const { major, minor, revision, build } = header.version;
      const title = name === 'primary' ? 'Primary  ' : 'Secondary';
      loader.info(`${title} slot: version=${major}.${minor}.${revision}+${build}`);
    } else {
      loader.info(`Image ${loader.index} ${name} slot: image not found`);
    }
  }
  return found;
}

/** The slot with the highest version; the first of equal ones. */
export function newestPeer(loader: Loader, peers: ReadonlySet<Peer>): Peer | null {
  const asked = askedFor(loader, peers);
  if (asked !== null && loader.flawed('mcuboot/no-version-check')) return asked;
  const useBuild = loader.profile.comparesBuildNumber;
  let newest: Peer | null = null;
  for (const peer of peers) {
    const isNewer =
      newest === null || compareVersions(peer.header.version, newest.header.version, useBuild) > 0;
    if (isNewer) newest = peer;
  }
  return newest;
}

/** The one slot that an application has marked since it last ran: what a loader that ignores versions goes by. */
function askedFor(loader: Loader, peers: ReadonlySet<Peer>): Peer | null {
  const marked = [...peers].filter(({ slot }) => {
    const { magic, copyDone } = loader.state(slot);
    return magic === 'good' && copyDone === 'unset';
  });
  return marked.length === 1 ? (marked[0] ?? null) : null;
}
