import type { CallOptions, CutReceipt, RunningImage } from '#core/capabilities.ts';
import type { InterruptInput } from '#core/verbs.ts';
import { cutDuring } from '#engine/cut-during.ts';
import { use, type Verb, type VerbCall } from '#engine/verb-call.ts';

function begin(during: InterruptInput['during'], call: VerbCall, options: CallOptions): Promise<unknown> {
  if (during === 'activate') return use(call, 'update').activate(options);
  if (during === 'confirm') return use(call, 'update').confirm(options);
  return use(call, 'power').reset(options);
}

/** Cuts power at the trigger while something is under way, then powers on and waits until an application runs. */
export const interrupt: Verb<{ readonly cut: CutReceipt; readonly after: RunningImage }, InterruptInput> = {
  async run(input, call) {
    const cut = await cutDuring((options) => begin(input.during, call, options), input.trigger, call);
    call.record('power', { edge: 'off', atMs: cut.atMs, operation: cut.operation, verified: cut.verified });
    await use(call, 'power').on({ signal: call.signal });
    call.record('power', { edge: 'on' });
    return { cut, after: await use(call, 'identity').read({ signal: call.signal }) };
  },
};
