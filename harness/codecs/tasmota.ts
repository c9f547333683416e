import { fieldsIn, jsonObject, numberIn, textIn } from '#codecs/json-fields.ts';

/** Which relay of which Tasmota device: its `Topic`, and the relay's number where it has several. */
export interface TasmotaRelay {
  readonly topic: string;
  /** From 1; left out for a device with one relay. */
  readonly relay?: number;
  /** Setting `FullTopic`; Tasmota's own default where left out. */
  readonly fullTopic?: string;
}

const FULL_TOPIC = '%prefix%/%topic%/';

/** Topic with a prefix (`cmnd`, `stat`, `tele`) and a last level, by the device's `FullTopic`. */
export function tasmotaTopic(
  { topic, fullTopic = FULL_TOPIC }: TasmotaRelay,
  prefix: string,
  last: string,
): string {
  const base = fullTopic.replaceAll('%prefix%', prefix).replaceAll('%topic%', topic);
  return `${base.endsWith('/') ? base : `${base}/`}${last}`;
}

/** Name of the command and of the member that answers it: `POWER`, `POWER2`. */
export function powerCommand({ relay }: TasmotaRelay): string {
  return relay === undefined ? 'POWER' : `POWER${relay}`;
}

/**
 * State of the relay in an answer on `stat/<topic>/RESULT`, `{"POWER":"OFF"}`; null where the answer is to something
 * else. A device with one relay may call it `POWER1` all the same (`SetOption26`). BenchError for no JSON object.
 */
export function relayState(relay: TasmotaRelay, payload: Uint8Array): boolean | null {
  const answer = jsonObject(payload);
  const word =
    textIn(answer, powerCommand(relay)) ?? (relay.relay === undefined ? textIn(answer, 'POWER1') : null);
  if (word === null) return null;
  return /^on$/i.test(word) ? true : /^off$/i.test(word) ? false : null;
}

/**
 * Active power in watts in the answer to `Status 10` (`{"StatusSNS":{"ENERGY":{"Power":5,...}}}`); null for a device
 * without an energy meter. BenchError for no JSON object.
 */
export function meteredWatts(payload: Uint8Array): number | null {
  return numberIn(fieldsIn(fieldsIn(jsonObject(payload), 'StatusSNS'), 'ENERGY'), 'Power');
}
