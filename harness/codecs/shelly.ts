import { BenchError } from '#core/errors.ts';
import { booleanIn, type Fields, numberIn, textIn } from '#codecs/json-fields.ts';

/** Generations of Shelly devices by how they are spoken to: Gen1 by plain paths, Gen2 and later by RPC. */
export type ShellyGeneration = 'gen1' | 'rpc';

/** What a switch said of itself. */
export interface ShellySwitch {
  readonly on: boolean;
  /** Active power in watts; null without a meter. */
  readonly watts: number | null;
}

/** Path that any Shelly answers about itself, without a password. */
export const SHELLY_ABOUT = '/shelly';

/** Path that switches a channel. */
export function shellySet(generation: ShellyGeneration, channel: number, on: boolean): string {
  return generation === 'gen1'
    ? `/relay/${channel}?turn=${on ? 'on' : 'off'}`
    : `/rpc/Switch.Set?id=${channel}&on=${on ? 'true' : 'false'}`;
}

/** Path that tells a channel's state. */
export function shellyStatus(generation: ShellyGeneration, channel: number): string {
  return generation === 'gen1' ? '/status' : `/rpc/Switch.GetStatus?id=${channel}`;
}

/** Generation by the answer to `SHELLY_ABOUT`: `gen` from Gen2 on, `type` on Gen1. BenchError for what is no Shelly. */
export function shellyGeneration(about: Fields): ShellyGeneration {
  if ((numberIn(about, 'gen') ?? 0) >= 2) return 'rpc';
  if (textIn(about, 'type') !== null) return 'gen1';
  throw nonsense('what a Shelly says of itself: gen, or type', about);
}

/** State of a channel in the answer to `shellyStatus`. BenchError where it is not told. */
export function shellyState(generation: ShellyGeneration, channel: number, answer: Fields): ShellySwitch {
  if (generation === 'rpc') {
    const on = booleanIn(answer, 'output');
    if (on !== null) return { on, watts: numberIn(answer, 'apower') };
    throw nonsense('output: true or false', answer);
  }
  const on = booleanIn(itemIn(answer, 'relays', channel), 'ison');
  if (on !== null) return { on, watts: numberIn(itemIn(answer, 'meters', channel), 'power') };
  throw nonsense(`relays[${channel}].ison: true or false`, answer);
}

function itemIn(fields: Fields, name: string, index: number): Fields | null {
  const list = Object.hasOwn(fields, name) ? fields[name] : undefined;
  const item: unknown = Array.isArray(list) ? list[index] : undefined;
  return typeof item === 'object' && item !== null ? (item as Fields) : null;
}

function nonsense(expected: string, got: Fields): BenchError {
  return new BenchError({
    code: 'shelly-answer',
    message: 'a Shelly answered something else than it was asked for',
    expected,
    got: JSON.stringify(got).slice(0, 200),
    remedy: 'check the address and the channel in the bench file',
  });
}
