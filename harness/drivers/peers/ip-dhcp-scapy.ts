import type { Peer } from '#codecs/peers/peer.ts';
import { comparePackets, dhcp } from '#drivers/peers/ip/packets.ts';

/** Messages of DHCP, field by field, with scapy. */
export const peer: Peer = {
  name: 'ip-dhcp-scapy',
  tool: 'scapy 2.8.0 (PyPI)',
  run: (options) => comparePackets(dhcp, options),
};
