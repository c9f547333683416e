import type { BootSeen, RunningImage } from '#core/capabilities.ts';
import { sha256Hex } from '#core/digest.ts';
import { InternalError } from '#core/errors.ts';
import type { CrashSeen } from '#core/fault-line.ts';
import type { Image } from '#core/image.ts';
import type { AreaReading } from '#core/verbs.ts';
import { use, type Verb, type VerbCall } from '#engine/verb-call.ts';

type Nothing = Record<string, never>;

/** Asks which image runs. */
export const readIdentity: Verb<RunningImage, Nothing> = {
  run: (_, call) => use(call, 'identity').read({ signal: call.signal }),
};

/** Applications that ran since the scenario began. */
export const bootHistory: Verb<readonly BootSeen[], Nothing> = {
  run: (_, call) => Promise.resolve([...use(call, 'identity').boots()]),
};

/** Crashes that the console told of since the scenario began. */
export const crashHistory: Verb<readonly CrashSeen[], Nothing> = {
  run: (_, call) => Promise.resolve(call.crashes()),
};

/** Resets the board from outside and waits until an application runs. */
export const resetBoard: Verb<RunningImage, Nothing> = {
  async run(_, call) {
    await use(call, 'power').reset({ signal: call.signal });
    call.record('power', { edge: 'reset' });
    return use(call, 'identity').read({ signal: call.signal });
  },
};

/** Lets rig time pass, then asks which image runs. */
export const waitAndRead: Verb<RunningImage, { readonly ms: number }> = {
  async run({ ms }, call) {
    await call.rig.clock.sleep(ms, call.signal);
    return use(call, 'identity').read({ signal: call.signal });
  },
};

type AreaInput = { readonly area: string; readonly image: Image };

/** Reads as much of a flash area as the image is long, and compares. */
export const readArea: Verb<AreaReading, AreaInput> = {
  async run({ area: name, image }, call) {
    const { address, room } = placeOf(name, call);
    const length = Math.min(image.bytes.length, room);
    const bytes = await use(call, 'probe').read(address, length, { signal: call.signal });
    const digest = sha256Hex(bytes);
    call.record('flash', { area: name, address, length, digest });
    return { area: name, digest, holds: digest === image.digest && length === image.bytes.length };
  },
};

/** Writes an image to a flash area through the probe, and reads it back. */
export const writeArea: Verb<AreaReading, AreaInput> = {
  async run(input, call) {
    const { address, room } = placeOf(input.area, call);
    const bytes = input.image.bytes.subarray(0, room);
    call.keep(input.image);
    await use(call, 'probe').write(address, bytes, { signal: call.signal });
    return readArea.run(input, call);
  },
};

/** Where an image in an area begins, and the bytes from there to the area's end. */
function placeOf(name: string, { rig: { board } }: VerbCall): { address: number; room: number } {
  const area = board.areas.find((candidate) => candidate.name === name);
  if (area === undefined) {
    throw new InternalError({
      code: 'area-unknown',
      message: `${board.id} has no flash area ${name}`,
      expected: board.areas.map((candidate) => candidate.name).join(', '),
      remedy: 'name one of the areas of the board in the scenario',
    });
  }
  const start = name === board.updateArea ? (board.updateOffset ?? 0) : 0;
  return { address: area.offset + start, room: area.size - start };
}
