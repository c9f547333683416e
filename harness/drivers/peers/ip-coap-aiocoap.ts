import type { Peer } from '#codecs/peers/peer.ts';
import { comparePackets, coap } from '#drivers/peers/ip/packets.ts';

/** Messages of COAP, field by field, with aiocoap. */
export const peer: Peer = {
  name: 'ip-coap-aiocoap',
  tool: 'aiocoap 0.4.17 (PyPI)',
  run: (options) => comparePackets(coap, options),
};
