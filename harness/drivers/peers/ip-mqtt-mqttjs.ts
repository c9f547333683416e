import type { Peer } from '#codecs/peers/peer.ts';
import { differential } from '#drivers/peers/ip/differential.ts';
import { mqttJs } from '#drivers/peers/ip/victim-mqttjs.ts';

/** What a rogue broker may do, against MQTT.js. */
export const peer: Peer = {
  name: 'ip-mqtt-mqttjs',
  tool: 'MQTT.js 5.16 (npm mqtt)',
  run: (options) => differential(mqttJs, options),
};
