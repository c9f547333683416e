import type { CallOptions, Capabilities, FlashProbe, Identity } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import type { ConsoleHub } from '#drivers/channel/console.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import { SmpIdentity } from '#drivers/identity/smp.ts';
import { SmpRadio } from '#drivers/radio/smp.ts';
import { FlashStagedUpdate } from '#drivers/update/flash-staged.ts';
import { UpdatePaths } from '#drivers/update/paths.ts';
import { SmpUpdate } from '#drivers/update/smp.ts';
import type { FirmwareChip } from './firmware/chips.ts';
import { stagingPlan } from './staging.ts';

/** What the console of a board with the reference firmware works with. */
export interface ConsoleBoard {
  readonly hub: ConsoleHub;
  readonly clock: Clock;
  readonly probe: FlashProbe;
  readonly chip: FirmwareChip;
  restart(options: CallOptions): Promise<void>;
}

/** What the board's console can do, and staging behind the application's back. */
export function overConsole(board: ConsoleBoard): Pick<Capabilities, 'identity' | 'radio' | 'update'> {
  const { hub, clock, probe, chip } = board;
  const client = new SmpClient(hub, clock);
  const identity: Identity = new SmpIdentity(client);
  const smp = new SmpUpdate(client);
  const staged = new FlashStagedUpdate({
    probe,
    plan: (image, mode) => Promise.resolve(stagingPlan(chip, image, mode)),
    restart: (call) => board.restart(call),
    confirm: (call) => smp.confirm(call),
  });
  return { identity, radio: new SmpRadio(client, identity), update: new UpdatePaths(smp, staged) };
}
