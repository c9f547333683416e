import type { CallOptions, CutReceipt, RunningImage } from '#core/capabilities.ts';
import type { InterruptInput } from '#core/verbs.ts';
import { use, type Verb, type VerbCall } from '#engine/verb-call.ts';

function begin(during: InterruptInput['during'], call: VerbCall, options: CallOptions): Promise<unknown> {
  if (during === 'activate') return use(call, 'update').activate(options);
  if (during === 'confirm') return use(call, 'update').confirm(options);
  return use(call, 'power').reset(options);
}

/**
 * Cuts power while something is under way. The cut is armed first; what was under way may fail in any manner, because
 * the board dies under it; and it is told to stop once the power is off.
 */
async function cutDuring({ during, trigger }: InterruptInput, call: VerbCall): Promise<CutReceipt> {
  const dying = new AbortController();
  const signal = AbortSignal.any([call.signal, dying.signal]);
  const cut = use(call, 'power').cut(trigger, { signal: call.signal });
  const action = begin(during, call, { signal }).catch(() => undefined);
  try {
    return await cut;
  } finally {
    dying.abort(new Error('power was cut'));
    await action;
  }
}

/** Cuts power at the trigger while something is under way, then powers on and waits until an application runs. */
export const interrupt: Verb<{ readonly cut: CutReceipt; readonly after: RunningImage }, InterruptInput> = {
  async run(input, call) {
    const cut = await cutDuring(input, call);
    call.record('power', { edge: 'off', atMs: cut.atMs, operation: cut.operation, verified: cut.verified });
    await use(call, 'power').on({ signal: call.signal });
    call.record('power', { edge: 'on' });
    return { cut, after: await use(call, 'identity').read({ signal: call.signal }) };
  },
};
