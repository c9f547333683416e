import type { CallOptions, Identity } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { Image } from '#core/image.ts';

/** Waits until the golden image runs confirmed, then starts the boot history anew. BenchError when it does not. */
export async function awaitGolden(identity: Identity, golden: Image, options: CallOptions): Promise<void> {
  const seen = await identity.read(options);
  if (!seen.running || !seen.confirmed || seen.identity !== golden.identity) {
    throw new BenchError({
      code: 'golden-not-running',
      message: 'the board does not run its golden image, so no scenario can start',
      expected: `${golden.version} confirmed (${golden.identity.slice(0, 16)}...)`,
      got: seen.running ? `${seen.version} (${seen.identity.slice(0, 16)}...)` : seen.why,
      remedy: 'check power, console and network; restore the golden image with the probe',
    });
  }
  identity.forget();
}
