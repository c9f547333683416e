import type { Peer } from '#codecs/peers/peer.ts';
import { comparePackets, dns } from '#drivers/peers/ip/packets.ts';

/** Messages of DNS, field by field, with dnspython. */
export const peer: Peer = {
  name: 'ip-dns-dnspython',
  tool: 'dnspython 2.9.2 (PyPI)',
  run: (options) => comparePackets(dns, options),
};
