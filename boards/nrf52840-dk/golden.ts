import type { CallOptions, Identity } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import { firmware } from './firmware.ts';

/** Waits until the golden image runs confirmed, then starts the boot history anew. BenchError when it does not. */
export async function awaitGolden(identity: Identity, options: CallOptions): Promise<void> {
  const running = await identity.read(options);
  const golden = running.running && running.confirmed && running.identity === firmware.golden.identity;
  if (!golden) {
    throw new BenchError({
      code: 'golden-not-running',
      message: 'the board does not run its golden image, so no scenario can start',
      expected: `${firmware.golden.version} confirmed (${firmware.golden.identity.slice(0, 16)}...)`,
      got: running.running ? `${running.version} (${running.identity.slice(0, 16)}...)` : running.why,
      remedy: 'check power and console; restore the golden image with the probe',
    });
  }
  identity.forget();
}
