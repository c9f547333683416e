import assert from 'node:assert/strict';
import type { Capabilities, CallOptions, CapabilityName, RunningImage } from '#core/capabilities.ts';
import type { OpenRig, Rig } from '#core/rig.ts';

/** Opens a rig for one test; the contract prepares and disposes it. */
export type RigOpener = () => Promise<OpenRig>;

/** Options of a call that nobody aborts. */
export function calm(deadlineMs?: number): CallOptions {
  const { signal } = new AbortController();
  return deadlineMs === undefined ? { signal } : { signal, deadlineMs };
}

/** A reason to abort with, to be recognised in what a call rejects with. */
export class Enough extends Error {
  override readonly name = 'Enough';
}

/** Opens and prepares a rig that must have the capabilities named. The caller disposes it (`await using`). */
export async function prepared<N extends CapabilityName>(
  open: RigOpener,
  ...needs: readonly N[]
): Promise<Rig<N>> {
  const rig = await open();
  try {
    for (const need of needs) assert.ok(rig[need], `the rig has no ${need}`);
    await rig.prepare(calm());
  } catch (error) {
    await rig[Symbol.asyncDispose]();
    throw error;
  }
  return rig as OpenRig & Pick<Capabilities, N>;
}

/** Asserts that an application runs, and gives what is known of it. */
export function runs(image: RunningImage): Extract<RunningImage, { running: true }> {
  assert.ok(image.running, image.running ? '' : image.why);
  return image;
}
