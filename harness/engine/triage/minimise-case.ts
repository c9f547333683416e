import type { CaseShape, TakenApart } from '#core/case-shape.ts';
import { ddmin } from '#core/ddmin.ts';
import type { FuzzCase } from '#core/verbs.ts';
import type { Attributed } from '#engine/triage/attribute.ts';
import type { Prober } from '#engine/triage/probe.ts';

type Steps = readonly FuzzCase[];

/** A step of a sequence, and how to tell whether the sequence still does it with another input in its place. */
interface Place {
  readonly bytes: Uint8Array;
  readonly does: (bytes: Uint8Array) => Promise<boolean>;
}

function allOf({ parts }: TakenApart): readonly number[] {
  return Array.from({ length: parts }, (_, part) => part);
}

/** The input made shorter in one way; itself where it does not have the shape. */
async function shortened({ bytes, does }: Place, shape: CaseShape): Promise<Uint8Array> {
  const taken = shape.take(bytes);
  if (taken === null || taken.parts < 2) return bytes;
  const whole = taken.join(allOf(taken));
  // A shape that makes lengths true changes an input in which they lie, which may then no longer do it.
  if (Buffer.compare(whole, bytes) !== 0 && !(await does(whole))) return bytes;
  const { items } = await ddmin(allOf(taken), (kept) => does(taken.join(kept)));
  return items.length === taken.parts ? bytes : taken.join(items);
}

function sizeOf(steps: Steps): number {
  return steps.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** Makes what raises an alarm shorter, step by step and shape by shape, until nothing gets shorter or the budget is used up. */
export async function minimiseCase(
  prober: Prober,
  { steps: found, tries }: Attributed,
  shapes: readonly CaseShape[],
): Promise<Steps> {
  let steps = found;
  const put = (at: number, bytes: Uint8Array): Steps => steps.with(at, { ...(steps[at] as FuzzCase), bytes });
  for (let before = Infinity; sizeOf(steps) < before && !prober.exhausted;) {
    before = sizeOf(steps);
    for (const at of found.keys()) {
      for (const shape of shapes) {
        const { bytes } = steps[at] as FuzzCase;
        const does = (shorter: Uint8Array) => prober.does(put(at, shorter), tries);
        const shorter = await shortened({ bytes, does }, shape);
        if (shorter !== bytes) steps = put(at, shorter);
      }
    }
  }
  return steps;
}
