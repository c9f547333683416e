import type { CallOptions, Identity } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { Image } from '#core/image.ts';

const REMEDY =
  'check power and console (unreadable lines: the speed of the port); restore the golden image with the probe';

/**
 * Waits until the golden image runs confirmed, then starts the boot history anew. BenchError when it does not, with what to
 * do about it.
 */
export async function awaitGolden(
  identity: Identity,
  golden: Image,
  options: CallOptions,
  remedy = REMEDY,
): Promise<void> {
  const running = await identity.read(options);
  if (!running.running || !running.confirmed || running.identity !== golden.identity) {
    throw new BenchError({
      code: 'golden-not-running',
      message: 'the board does not run its golden image, so no scenario can start',
      expected: `${golden.version} confirmed (${golden.identity.slice(0, 16)}...)`,
      got: running.running ? `${running.version} (${running.identity.slice(0, 16)}...)` : running.why,
      remedy,
    });
  }
  identity.forget();
}
