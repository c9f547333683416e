import type { InputProtocol } from '#core/board.ts';
import type { CaseShape } from '#core/case-shape.ts';
import { FRAME_BYTES, STEPS } from '#fuzz/shapes/ble.ts';
import { ANSWER_BYTES, ANSWERS } from '#fuzz/shapes/https.ts';
import { MQTT_BODY, MQTT_PACKETS } from '#fuzz/shapes/mqtt.ts';
import { BYTES, LINES } from '#fuzz/shapes/parts.ts';
import { SMP_PACKET, SMP_PAYLOAD } from '#fuzz/shapes/smp.ts';

const SHAPES: Readonly<Record<InputProtocol, readonly CaseShape[]>> = {
  smp: [LINES, SMP_PAYLOAD, SMP_PACKET, BYTES],
  mqtt: [MQTT_PACKETS, MQTT_BODY, BYTES],
  http: [LINES, BYTES],
  https: [ANSWERS, ANSWER_BYTES],
  coap: [BYTES],
  mdns: [BYTES],
  ble: [STEPS, FRAME_BYTES],
};

/** Ways to take a case of this protocol apart, coarse ones first; where lengths stay as they are, a lie stays a lie. */
export function shapesOf(protocol: InputProtocol): readonly CaseShape[] {
  return SHAPES[protocol];
}
