import type { Peer } from '#codecs/peers/peer.ts';
import { HCI_STATUS } from '#codecs/ble/hci-status.ts';
import { BTVIRT_LE, openBtvirt } from '#drivers/peers/ble/btvirt.ts';
import { Checks } from '#drivers/peers/ble/checks.ts';
import { openHost, OUR_PERIPHERAL, OURS } from '#drivers/peers/ble/hosts.ts';
import { compareTwoHosts } from '#drivers/peers/ble/two-hosts.ts';
import { openTransport } from '#drivers/radio/ble/transport.ts';

/** Our hosts on BlueZ's emulated controllers: two of them on its air, each behind a Unix socket. */
export const peer: Peer = {
  name: 'ble-btvirt',
  tool: 'the controller of btvirt, BlueZ 5.66 (Debian bluez-test-tools)',
  async run(options) {
    const { count, seed } = options;
    const opened = await openBtvirt();
    if (typeof opened === 'string') return { compared: 0, differ: 0, skipped: opened };
    await using _ = opened;
    const checks = new Checks((line) => options.log(line));
    const call = { signal: new AbortController().signal };
    const near = await openTransport(`unix:${BTVIRT_LE}`, call);
    const far = await openTransport(`unix:${BTVIRT_LE}`, call);
    const central = await openHost(near, OURS, [OUR_PERIPHERAL]);
    const peripheral = await openHost(far, OUR_PERIPHERAL, []);
    // As Bumble's does, it gives the host that ended a link its own reason back.
    const ownReason = HCI_STATUS.remoteEnded;
    await compareTwoHosts(checks, central, peripheral, { count: Math.min(count, 50), seed, ownReason });
    await Promise.all([near.close(), far.close()]);
    return checks.result;
  },
};
