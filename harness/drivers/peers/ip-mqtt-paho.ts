import type { Peer } from '#codecs/peers/peer.ts';
import { differential } from '#drivers/peers/ip/differential.ts';
import { Paho } from '#drivers/peers/ip/victim-paho.ts';

/** What a rogue broker may do, against paho-mqtt. */
export const peer: Peer = {
  name: 'ip-mqtt-paho',
  tool: 'paho-mqtt 1.6.1 (PyPI)',
  run: (options) => differential(new Paho(), options),
};
