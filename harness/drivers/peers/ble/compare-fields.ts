import { encodeH4 } from '#codecs/ble/h4.ts';
import type { Checks } from '#drivers/peers/ble/checks.ts';
import { isName } from '#drivers/peers/ble/field-names.ts';
import { samplePdus, type Sample } from '#drivers/peers/ble/sample-pdus.ts';
import { TOO_YOUNG } from '#drivers/peers/ble/too-young.ts';

/** A field as another decoder names it: a number, or bytes in hex. */
type TheirField = readonly [name: string, value: number | string];

/** Somebody else's decoder: a packet in hex, its fields in order; null where it is gone. */
export type Decode = (packet: string) => Promise<unknown>;

/** Fields of ours that the decoder has not next in order, or that it calls or reads otherwise. */
function unlike({ spans }: Sample, theirs: readonly TheirField[]): readonly string[] {
  const left = [...theirs];
  return spans
    .filter(({ name, value }) => {
      if (value === null) return left.shift() === undefined;
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        if (typeof next[1] === 'number') return next[1] !== value || !isName(name, next[0]);
      }
      return true;
    })
    .map(({ name, value }) => `${name} ${value ?? ''}: ${JSON.stringify(theirs)}`);
}

/** Compares a sample of each PDU that is too young for tshark and that this decoder knows: names, order, numbers. */
export async function compareFields(
  checks: Checks,
  decoder: 'scapy' | 'bumble',
  decode: Decode,
  seed: number,
): Promise<void> {
  for (const sample of samplePdus(seed).filter(({ name }) => TOO_YOUNG.get(name) === decoder)) {
    const theirs = await decode(Buffer.from(encodeH4(sample.packet)).toString('hex'));
    await checks.check(sample.name, () => unlike(sample, theirs as readonly TheirField[]), []);
  }
}
