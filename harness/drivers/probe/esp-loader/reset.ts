import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import type { ModemLines, SerialLine } from '#drivers/channel/serial-line.ts';

/** A step of a reset: control lines, or a wait in milliseconds. DTR pulls GPIO0 low, RTS pulls EN low, not both at once. */
type Step = ModemLines | number;

/** A way into download mode. */
export type ResetManner = 'bridge' | 'bridge-slow' | 'usb-jtag';

const ENTER_MS = 100;
const HOLD_MS = 50;
const LONG_HOLD_MS = 550;

/** Both lines in one call, so that no state between them is seen; the pulse on GPIO0 outlasts the rise of EN. */
function bridge(holdMs: number): readonly Step[] {
  return [
    { dtr: false, rts: false },
    { dtr: true, rts: true },
    { dtr: false, rts: true },
    ENTER_MS,
    { dtr: true, rts: false },
    holdMs,
    { dtr: false, rts: false },
  ];
}

/** Of the chip's own USB port: lines are messages there, and both together mean nothing. */
const USB_JTAG: readonly Step[] = [
  { dtr: false, rts: false },
  ENTER_MS,
  { dtr: true, rts: false },
  ENTER_MS,
  { dtr: true, rts: true },
  { dtr: false, rts: true },
  ENTER_MS,
  { dtr: false, rts: false },
];

const DOWNLOAD: Readonly<Record<ResetManner, readonly Step[]>> = {
  bridge: bridge(HOLD_MS),
  'bridge-slow': bridge(LONG_HOLD_MS),
  'usb-jtag': USB_JTAG,
};

/** EN low, then high, with GPIO0 left alone: the application starts. */
const RUN: readonly Step[] = [{ dtr: false, rts: true }, ENTER_MS, { dtr: false, rts: false }];

/** What a reset is done with. */
export interface ResetWorld {
  readonly line: SerialLine;
  readonly clock: Clock;
}

/** Resets the chip into its serial loader; false where the port has no control lines. */
export function resetIntoLoader(
  world: ResetWorld,
  manner: ResetManner,
  options: CallOptions,
): Promise<boolean> {
  return play(DOWNLOAD[manner], world, options);
}

/** Resets the chip into its application; false where the port has no control lines. */
export function resetIntoApplication(world: ResetWorld, options: CallOptions): Promise<boolean> {
  return play(RUN, world, options);
}

async function play(
  steps: readonly Step[],
  { line, clock }: ResetWorld,
  options: CallOptions,
): Promise<boolean> {
  for (const step of steps) {
    if (typeof step === 'number') await clock.sleep(step, options.signal);
    else if (!(await line.setLines(step, options))) return false;
  }
  return true;
}
