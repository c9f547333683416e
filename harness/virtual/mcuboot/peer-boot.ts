import { advanceCounter } from '#virtual/mcuboot/counter.ts';
import { isAbsent } from '#virtual/mcuboot/decide.ts';
import { dependenciesOf, isMet } from '#virtual/mcuboot/dependencies.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { Launch } from '#virtual/mcuboot/mode.ts';
import { type Choice, findPeers, newestPeer, type Peer } from '#virtual/mcuboot/peers.ts';
import type { ImageSource } from '#virtual/mcuboot/slot.ts';
import { imageIsValid } from '#virtual/mcuboot/validate.ts';

/** What direct-XIP and RAM-load differ in. */
export interface PeerRules {
  /** Whether the slot may be tried at all; one that may not is passed over in this boot, or was erased. */
  admits(loader: Loader, peer: Peer): boolean;
  /** The image where it will run; null where it cannot get there. */
  bring(loader: Loader, peer: Peer, others: readonly Choice[]): ImageSource | null;
  /** Takes back what `bring` did. */
  drop(loader: Loader, choice: Choice): void;
  /** Whether the stored counter may follow the image that was chosen. */
  countsNow(loader: Loader, peer: Peer): boolean;
  /** Where the image begins when it runs. */
  addressOf(peer: Peer): number;
  /** Whether the image that was chosen stays. */
  isConfirmed(loader: Loader, peer: Peer): boolean;
}

/** One image of the boot loader, and which slots are left to try. */
interface Candidacy {
  readonly loader: Loader;
  readonly left: Set<Peer>;
  choice: Choice | null;
}

/** Chooses a slot for every image: the newest that is whole and whose needs are met. Null: nothing may run. */
export function bootPeers(loader: Loader, rules: PeerRules): Launch | null {
  const images = loader.images.map((one): Candidacy => ({ loader: one, left: findPeers(one), choice: null }));
  do {
    if (!images.every((image) => choose(image, rules, images))) return null;
  } while (!dependenciesHold(images, rules));
  if (!images.every((image) => keepCounter(image, rules))) return null;
  for (const { loader: one, choice } of images) {
    one.info(`Image ${one.index} loaded from the ${choice?.peer.name ?? 'secondary'} slot`);
  }
  return launchOf(images[0], rules);
}

function launchOf(first: Candidacy | undefined, rules: PeerRules): Launch | null {
  if (first === undefined || first.choice === null) return null;
  const { peer, image } = first.choice;
  const { slot, header } = peer;
  first.loader.running = peer.name;
  return {
    slot,
    image,
    header,
    address: rules.addressOf(peer),
    confirmed: rules.isConfirmed(first.loader, peer),
  };
}

/** Tries slots until one will do; the choice of a former round stays. */
function choose(image: Candidacy, rules: PeerRules, images: readonly Candidacy[]): boolean {
  const { loader, left } = image;
  while (image.choice === null) {
    const peer = newestPeer(loader, left);
    if (peer === null) {
      loader.info(`No slot to load for image ${loader.index}`);
      return false;
    }
    const others = images.flatMap((other) => (other.choice === null ? [] : [other.choice]));
    image.choice = attempt(loader, peer, rules, others);
    if (image.choice === null) left.delete(peer);
  }
  return true;
}

function attempt(loader: Loader, peer: Peer, rules: PeerRules, others: readonly Choice[]): Choice | null {
  if (!rules.admits(loader, peer)) return null;
  const image = rules.bring(loader, peer, others);
  if (image === null) {
    const number = peer.name === 'primary' ? 0 : 1;
    loader.info(`Removing image ${loader.index} slot ${number} from flash`);
    peer.slot.scramble();
    return null;
  }
  const choice = { peer, image };
  if (isValid(loader, choice)) return choice;
  rules.drop(loader, choice);
  return null;
}

/** Validates the image as it will run. No slot is spared: what is not valid is erased. */
function isValid(loader: Loader, { peer, image }: Choice): boolean {
  if (isAbsent(loader, peer.header)) return false;
  if (imageIsValid(loader, image, peer.header)) return true;
  loader.error(`Image in the ${peer.name} slot is not valid!`);
  peer.slot.scramble();
  return false;
}

/** False where an image's needs are not met by the others that were chosen; its slot is then out. */
function dependenciesHold(images: readonly Candidacy[], rules: PeerRules): boolean {
  if (images.length === 1) return true;
  const versions = images.map(({ choice }) => choice?.peer.header.version ?? null);
  for (const image of images) {
    const { loader, left, choice } = image;
    if (choice === null) return false;
    const needs = dependenciesOf(choice.image, choice.peer.header, images.length);
    const isMetByAll = needs?.every((need) => isMet(loader, need, versions[need.image] ?? null)) ?? false;
    if (isMetByAll) continue;
    rules.drop(loader, choice);
    left.delete(choice.peer);
    image.choice = null;
    return false;
  }
  return true;
}

function keepCounter({ loader, choice }: Candidacy, rules: PeerRules): boolean {
  if (choice === null) return false;
  const { peer, image } = choice;
  if (!loader.profile.hardwareCounter || !rules.countsNow(loader, peer)) return true;
  if (advanceCounter(loader, image, peer.header)) return true;
  loader.error(`Security counter update failed after image ${loader.index} validation: -1`);
  return false;
}
