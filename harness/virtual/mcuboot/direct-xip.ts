import { HEADER_FLAG } from '#codecs/mcuboot-header.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import type { BootMode } from '#virtual/mcuboot/mode.ts';
import { bootPeers, type PeerRules } from '#virtual/mcuboot/peer-boot.ts';
import type { Peer } from '#virtual/mcuboot/peers.ts';
import { admitsTrial, isTrial } from '#virtual/mcuboot/peer-trial.ts';
import { PeerImages } from '#virtual/mcuboot/peer-images.ts';

/** Images run where they lie: the newest slot that is valid. With `reverts`, one that was not confirmed is erased. */
export function directXip({ reverts }: { readonly reverts: boolean }): BootMode {
  const rules: PeerRules = {
    admits: (loader, peer) => liesWhereBuilt(loader, peer) && (!reverts || admitsTrial(loader, peer)),
    bring: (_, { slot }) => slot,
    drop: () => undefined,
    countsNow: (loader, { slot }) => !reverts || loader.state(slot).imageOk === 'set',
    addressOf: ({ slot }) => slot.address,
    isConfirmed: (loader, { slot }) => !reverts || !isTrial(loader.state(slot)),
  };
  return {
    greeting: 'Starting Direct-XIP bootloader',
    parting: 'Jumping to the image slot',
    maxImageSize: ({ primary }) => primary.at.swapInfo,
    boot: (loader) => bootPeers(loader, rules),
    application: (loader) => new PeerImages(loader, { reverts }),
  };
}

/** An image that was built for one address is passed over at another. */
function liesWhereBuilt(loader: Loader, { name, slot, header }: Peer): boolean {
  if ((header.flags & HEADER_FLAG.romFixed) === 0 || header.loadAddress === slot.address) return true;
  const [here, there] = [slot.address, header.loadAddress].map((address) => `0x${address.toString(16)}`);
  loader.warn(`Image in ${name} slot at ${here} has been built for offset ${there}, skipping`);
  return false;
}
