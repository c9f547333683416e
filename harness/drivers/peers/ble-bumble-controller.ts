import type { Peer } from '#codecs/peers/peer.ts';
import { HCI_STATUS } from '#codecs/ble/hci-status.ts';
import { openBumble } from '#drivers/peers/ble/bumble.ts';
import { Checks } from '#drivers/peers/ble/checks.ts';
import { openHost, OUR_PERIPHERAL, OURS } from '#drivers/peers/ble/hosts.ts';
import { compareTwoHosts } from '#drivers/peers/ble/two-hosts.ts';
import { openTransport } from '#drivers/radio/ble/transport.ts';

/** Our hosts on Bumble's controllers: two of them on its link, each behind a Unix socket. */
export const peer: Peer = {
  name: 'ble-bumble-controller',
  tool: 'the controller of bumble 0.0.236 (PyPI)',
  async run(options) {
    const { count, seed } = options;
    const bumble = await openBumble('controllers', 2);
    if (typeof bumble === 'string') return { compared: 0, differ: 0, skipped: bumble };
    await using _ = bumble;
    const checks = new Checks((line) => options.log(line));
    const call = { signal: new AbortController().signal };
    const [first = '', second = ''] = bumble.sockets;
    const near = await openTransport(`unix:${first}`, call);
    const far = await openTransport(`unix:${second}`, call);
    const central = await openHost(near, OURS, [OUR_PERIPHERAL]);
    const peripheral = await openHost(far, OUR_PERIPHERAL, []);
    // This controller gives the host that ended a link its own reason back.
    const ownReason = HCI_STATUS.remoteEnded;
    await compareTwoHosts(checks, central, peripheral, { count: Math.min(count, 50), seed, ownReason });
    await Promise.all([near.close(), far.close()]);
    return checks.result;
  },
};
