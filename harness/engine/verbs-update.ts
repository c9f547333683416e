import type { Receipt, RunningImage } from '#core/capabilities.ts';
import type { OfferInput } from '#core/verbs.ts';
import { use, type Verb } from '#engine/verb-call.ts';

type Nothing = Record<string, never>;

/** Transfers an image and asks for it to be booted next. */
export const offerImage: Verb<Receipt, OfferInput> = {
  run({ image, path, mode }, call) {
    call.keep(image);
    return use(call, 'update').offer(image.bytes, {
      signal: call.signal,
      onProgress: call.progress,
      ...(path === undefined ? {} : { path }),
      ...(mode === undefined ? {} : { mode }),
    });
  },
};

/** Restarts the board through its application and waits until an application runs. */
export const activate: Verb<RunningImage, Nothing> = {
  async run(_, call) {
    await use(call, 'update').activate({ signal: call.signal });
    return use(call, 'identity').read({ signal: call.signal });
  },
};

/** Makes the running image permanent. */
export const confirmImage: Verb<Receipt, Nothing> = {
  run: (_, call) => use(call, 'update').confirm({ signal: call.signal }),
};
