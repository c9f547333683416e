import type { Peer } from '#codecs/peers/peer.ts';
import { openBumble } from '#drivers/peers/ble/bumble.ts';
import { Checks } from '#drivers/peers/ble/checks.ts';
import { compareFields } from '#drivers/peers/ble/compare-fields.ts';

/** HCI packets that are too young for tshark and for scapy, before Bumble. */
export const peer: Peer = {
  name: 'ble-bumble-decoder',
  tool: 'the HCI decoder of bumble 0.0.236 (PyPI)',
  async run(options) {
    const opened = await openBumble('decoder', 0);
    if (typeof opened === 'string') return { compared: 0, differ: 0, skipped: opened };
    await using bumble = opened;
    const checks = new Checks((line) => options.log(line));
    for (let round = 0; round < options.count; round++) {
      await compareFields(checks, 'bumble', (packet) => bumble.ask({ packet }), options.seed + round);
    }
    return checks.result;
  },
};
