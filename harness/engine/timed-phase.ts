import type { CallOptions, RunningImage } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { TimedPhase, TimedSetting } from '#core/timed-cuts.ts';
import { use, type VerbCall } from '#engine/verb-call.ts';

type Step = (setting: TimedSetting, call: VerbCall, options: CallOptions) => Promise<unknown>;

async function transfer({ update, path, acceptable }: TimedSetting, call: VerbCall, options: CallOptions) {
  const receipt = await use(call, 'update').offer(update.bytes, {
    ...options,
    ...(path === undefined ? {} : { path }),
  });
  if (receipt.accepted || !acceptable) return receipt.accepted;
  throw new BenchError({
    code: 'timed-cuts-without-control',
    message: `the board refuses the update at ${receipt.step}: ${receipt.reason}`,
    expected: 'an update that this board accepts when power stays on',
    remedy: 'run the control of the attack first, and cut with an image that it accepts',
  });
}

const restart: Step = (_, call, options) => use(call, 'update').activate(options);

const reset: Step = (_, call, options) => use(call, 'power').reset(options);

/** What is under way in each phase; each ends with an application running. */
const ACTION: Readonly<Record<TimedPhase, Step>> = {
  async upload(setting, call, options) {
    const accepted = await transfer(setting, call, options);
    await (accepted ? restart : reset)(setting, call, options);
  },
  upgrade: restart,
  revert: reset,
  async confirm(setting, call, options) {
    await use(call, 'update').confirm(options);
    await reset(setting, call, options);
  },
};

/** Brings the board, from its golden state, to where a phase begins. */
export async function enterTimedPhase(setting: TimedSetting, call: VerbCall): Promise<void> {
  const { signal } = call;
  await call.rig.prepare({ signal });
  if (setting.phase !== 'upload') await transfer(setting, call, { signal });
  if (setting.phase === 'upload' || setting.phase === 'upgrade') return;
  await restart(setting, call, { signal });
  await use(call, 'identity').read({ signal });
}

/** Begins a phase; resolves when the board was told to restart, for the last time. */
export function beginTimedPhase(
  setting: TimedSetting,
  call: VerbCall,
  options: CallOptions,
): Promise<unknown> {
  return ACTION[setting.phase](setting, call, options);
}

/** What must run when a phase ends without a cut. */
export function endsAsItMust(setting: TimedSetting, before: string, seen: RunningImage): boolean {
  const old = setting.phase === 'revert' || !setting.acceptable;
  return seen.running && seen.identity === (old ? before : setting.update.identity);
}
