import type { Peer } from '#codecs/peers/peer.ts';
import type { HciRecord } from '#codecs/ble/btsnoop.ts';
import type { HciPort } from '#codecs/ble/hci-port.ts';
import { HCI_STATUS } from '#codecs/ble/hci-status.ts';
import { RealClock } from '#drivers/clock.ts';
import { BTVIRT_LE, openBtvirt } from '#drivers/peers/ble/btvirt.ts';
import { Checks } from '#drivers/peers/ble/checks.ts';
import { openHost, OUR_PERIPHERAL, OURS, recorded, virtualController } from '#drivers/peers/ble/hosts.ts';
import { transcriptOf, type Transcript } from '#drivers/peers/ble/transcript.ts';
import { compareTwoHosts, type TwoHostsOptions } from '#drivers/peers/ble/two-hosts.ts';
import { openTransport } from '#drivers/radio/ble/transport.ts';
import { Air } from '#virtual/ble/air.ts';

/** Two of our hosts on these controllers, and what passed at the central. */
async function session(
  checks: Checks,
  near: HciPort,
  far: HciPort,
  options: TwoHostsOptions,
): Promise<Transcript> {
  const records: HciRecord[] = [];
  const central = await openHost(
    recorded(near, (record) => void records.push(record)),
    OURS,
    [OUR_PERIPHERAL],
  );
  const peripheral = await openHost(far, OUR_PERIPHERAL, []);
  await compareTwoHosts(checks, central, peripheral, options);
  await Promise.all([near.close(), far.close()]);
  return transcriptOf(records);
}

/**
 * Our hosts on BlueZ's emulated controllers, two of them on its air, each behind a Unix socket; then on ours: the same
 * frames have to pass.
 */
export const peer: Peer = {
  name: 'ble-btvirt',
  tool: 'the controller of btvirt, BlueZ 5.66 (Debian bluez-test-tools)',
  async run(options) {
    const opened = await openBtvirt();
    if (typeof opened === 'string') return { compared: 0, differ: 0, skipped: opened };
    await using _ = opened;
    const checks = new Checks((line) => options.log(line));
    const told = { count: Math.min(options.count, 50), seed: options.seed };
    const call = { signal: new AbortController().signal };
    const open = () => openTransport(`unix:${BTVIRT_LE}`, call);
    // As Bumble's does, it gives the host that ended a link its own reason back.
    const ownReason = HCI_STATUS.remoteEnded;
    const theirs = await session(checks, await open(), await open(), { ...told, ownReason });
    const air = new Air(new RealClock());
    const [near, far] = [virtualController(air, 'near', 1), virtualController(air, 'far', 2)];
    const ours = await session(checks, near, far, told);
    // Each value is written and read.
    await checks.check('frames at all', () => ours.sent.length > 2 * told.count, true);
    await checks.check('frames sent', () => theirs.sent, ours.sent);
    await checks.check('frames heard', () => theirs.heard, ours.heard);
    return checks.result;
  },
};
