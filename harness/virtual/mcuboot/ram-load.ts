import { HEADER_FLAG } from '#codecs/mcuboot-header.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { BootMode } from '#virtual/mcuboot/mode.ts';
import { bootPeers, type PeerRules } from '#virtual/mcuboot/peer-boot.ts';
import { PeerImages } from '#virtual/mcuboot/peer-images.ts';
import { admitsTrial, isTrial } from '#virtual/mcuboot/peer-trial.ts';
import type { Choice, Peer } from '#virtual/mcuboot/peers.ts';
import type { ImageSource, RamWindow } from '#virtual/mcuboot/slot.ts';
import { imageSizeOf } from '#virtual/mcuboot/tlv-walk.ts';

/** What Zephyr's flash map answers to a read that leaves its area. */
const EINVAL = -22;

/** Images are copied to RAM, validated there, and run there. With `reverts`, one that was not confirmed is erased. */
export function ramLoad({ reverts }: { readonly reverts: boolean }): BootMode {
  const rules: PeerRules = {
    admits: (loader, peer) => !reverts || admitsTrial(loader, peer),
    bring: load,
    drop: (loader, { peer }) =>
      loader.info(`Removing image ${loader.index} from SRAM at address ${hex(peer.header.loadAddress)}`),
    // Unlike direct-XIP, this mode does not wait for the confirmation, with trials or without.
    countsNow: () => true,
    addressOf: ({ header }) => header.loadAddress,
    isConfirmed: (loader, { slot }) => !reverts || !isTrial(loader.state(slot)),
  };
  return {
    greeting: 'Starting bootloader',
    parting: 'Jumping to the first image slot',
    maxImageSize: ({ primary }) => primary.at.swapInfo,
    boot: (loader) => bootPeers(loader, rules),
    application: (loader) => new PeerImages(loader, { reverts }),
  };
}

/** Copies an image to where its header wants it; null where it must not go there, or is none for RAM. */
function load(loader: Loader, { slot, header }: Peer, others: readonly Choice[]): ImageSource | null {
  const size = imageSizeOf(slot, header);
  if ((header.flags & HEADER_FLAG.ramLoad) === 0 || size === null) return null;
  const start = header.loadAddress;
  const image = `Image ${loader.index}`;
  if (!fitsRam(loader.options.layout.ram, start, size)) {
    loader.info(`${image} RAM load address ${hex(start)} is invalid.`);
    return null;
  }
  if (others.some((other) => overlap(start, start + size, other))) {
    // The words of the message are as far apart as in bootutil's source, where a line break splits them.
    const gap = ' '.repeat(25);
    loader.info(`${image} RAM loading to address ${hex(start)} would overlap with${gap}another image.`);
    return null;
  }
  const bytes = slot.read(0, size)?.slice() ?? null;
  if (bytes === null) loader.info(`Error whilst copying image ${loader.index} from Flash to SRAM: ${EINVAL}`);
  loader.info(`${image} RAM loading to ${hex(start)} is ${bytes === null ? 'failed' : 'succeeded'}.`);
  return bytes === null ? null : { size, read: (offset, length) => viewOf(bytes, offset, length) };
}

function fitsRam(ram: RamWindow | undefined, start: number, size: number): boolean {
  return ram !== undefined && start >= ram.start && start + size <= ram.start + ram.size;
}

/** bootutil's test: images that only touch overlap where the other one lies higher. */
function overlap(start: number, end: number, { peer, image }: Choice): boolean {
  const other = peer.header.loadAddress;
  if (other > end) return false;
  return other >= start || other + image.size > start;
}

function viewOf(bytes: Uint8Array, offset: number, length: number): Uint8Array | null {
  return offset < 0 || offset + length > bytes.length ? null : bytes.subarray(offset, offset + length);
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
