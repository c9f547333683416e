import type { Peer } from '#codecs/peers/peer.ts';
import { differential } from '#drivers/peers/ip/differential.ts';
import { mosquittoSub } from '#drivers/peers/ip/victim-mosquitto.ts';

/** What a rogue broker may do, against mosquitto_sub. */
export const peer: Peer = {
  name: 'ip-mqtt-mosquitto',
  tool: 'mosquitto_sub 2.0.11 (Debian mosquitto-clients)',
  run: (options) => differential(mosquittoSub, options),
};
