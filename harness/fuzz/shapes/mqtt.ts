import type { CaseShape } from '#core/case-shape.ts';
import { remainingLength } from '#codecs/mqtt-encode.ts';
import { inARow, MOST_PARTS, runsOf } from '#fuzz/shapes/parts.ts';

/** Where the MQTT packet at this place ends by its remaining length; null where that says nothing or too much. */
function mqttEnd(bytes: Uint8Array, at: number): { readonly body: number; readonly end: number } | null {
  let length = 0;
  for (let digit = 0; digit < 4; digit++) {
    const byte = bytes[at + 1 + digit];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** digit;
    const body = at + 2 + digit;
    if (byte < 0x80) return body + length <= bytes.length ? { body, end: body + length } : null;
  }
  return null;
}

/** Packet by packet, as far as their lengths tell; the rest is one more. */
export const MQTT_PACKETS: CaseShape = {
  name: 'packets',
  take: (bytes) => {
    const packets: Uint8Array[] = [];
    for (let at = 0; at < bytes.length && packets.length < MOST_PARTS;) {
      const end = mqttEnd(bytes, at)?.end ?? bytes.length;
      packets.push(bytes.subarray(at, end));
      at = end;
    }
    return inARow(packets);
  },
};

/** What follows the length of the only packet; the length is made true. */
export const MQTT_BODY: CaseShape = {
  name: 'bytes of the packet, its length made true',
  take: (bytes) => {
    const found = mqttEnd(bytes, 0);
    const [type = 0] = bytes;
    if (found === null || found.end !== bytes.length) return null;
    return inARow(runsOf(bytes.subarray(found.body)), (body) =>
      Uint8Array.from([type, ...remainingLength(body.length), ...body]),
    );
  },
};
