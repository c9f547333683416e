import type { BootSeen, RunningImage } from '#core/capabilities.ts';
import { sha256Hex } from '#core/digest.ts';
import { InternalError } from '#core/errors.ts';
import type { CrashSeen } from '#core/fault-line.ts';
import type { Image } from '#core/image.ts';
import type { AreaReading } from '#core/verbs.ts';
import { use, type Verb } from '#engine/verb-call.ts';

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

/** Reads as much of a flash area as the image is long, and compares. */
export const readArea: Verb<AreaReading, { readonly area: string; readonly image: Image }> = {
  async run({ area: name, image }, call) {
    const area = call.rig.board.areas.find((candidate) => candidate.name === name);
    if (area === undefined) {
      throw new InternalError({
        code: 'area-unknown',
        message: `${call.rig.board.id} has no flash area ${name}`,
        expected: call.rig.board.areas.map((candidate) => candidate.name).join(', '),
        remedy: 'name one of the areas of the board in the scenario',
      });
    }
    const { updateArea, updateOffset = 0 } = call.rig.board;
    const start = name === updateArea ? updateOffset : 0;
    const address = area.offset + start;
    const length = Math.min(image.bytes.length, area.size - start);
    const bytes = await use(call, 'probe').read(address, length, { signal: call.signal });
    const digest = sha256Hex(bytes);
    call.record('flash', { area: name, address, length, digest });
    return { area: name, digest, holds: digest === image.digest && length === image.bytes.length };
  },
};
