import type { CallOptions, CutReceipt, CutTrigger } from '#core/capabilities.ts';
import { use, type VerbCall } from '#engine/verb-call.ts';

/**
 * Cuts power while something is under way. The cut is armed first; what was under way may fail in any manner, because
 * the board dies under it; and it is told to stop once the power is off.
 */
export async function cutDuring(
  action: (options: CallOptions) => Promise<unknown>,
  trigger: CutTrigger,
  call: VerbCall,
  deadlineMs?: number,
): Promise<CutReceipt> {
  const dying = new AbortController();
  const signal = AbortSignal.any([call.signal, dying.signal]);
  const limit = deadlineMs === undefined ? {} : { deadlineMs };
  const cut = use(call, 'power').cut(trigger, { signal: call.signal, ...limit });
  const running = action({ signal }).catch(() => undefined);
  try {
    return await cut;
  } finally {
    dying.abort(new Error('power was cut'));
    await running;
  }
}
