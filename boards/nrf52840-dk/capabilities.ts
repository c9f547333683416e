import type { CallOptions, FlashProbe, Identity, RadioLink, UpdateTransport } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import type { ConsoleHub } from '#drivers/channel/console.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import { SmpIdentity } from '#drivers/identity/smp.ts';
import { SmpRadio } from '#drivers/radio/smp.ts';
import { FlashStagedUpdate } from '#drivers/update/flash-staged.ts';
import type { McubootProfile } from '#virtual/mcuboot/profile.ts';
import { UpdatePaths } from '#drivers/update/paths.ts';
import { SmpUpdate } from '#drivers/update/smp.ts';
import { stagingPlan } from './staging.ts';

/** What the board's console alone can do, real or virtual. */
export interface ConsoleCapabilities {
  readonly identity: Identity;
  readonly radio: RadioLink;
  readonly update: UpdateTransport;
}

/** A way behind the application's back: a probe, and a restart from outside. */
export interface BackDoor {
  readonly probe: FlashProbe;
  /** How the boot loader is built: decides where an update is staged. */
  readonly profile: McubootProfile;
  restart(options: CallOptions): Promise<void>;
}

/** Identity, radio and update over the console; staging too where there is a back door. */
export function consoleCapabilities(
  hub: ConsoleHub,
  clock: Clock,
  backDoor: BackDoor | null,
): ConsoleCapabilities {
  const client = new SmpClient(hub, clock);
  const identity = new SmpIdentity(client);
  const smp = new SmpUpdate(client);
  const radio = new SmpRadio(client, identity);
  if (backDoor === null) return { identity, radio, update: smp };
  const staged = new FlashStagedUpdate({
    probe: backDoor.probe,
    plan: (image, mode, options) => stagingPlan(backDoor, image, mode, options),
    restart: (options) => backDoor.restart(options),
    confirm: (options) => smp.confirm(options),
  });
  return { identity, radio, update: new UpdatePaths(smp, staged) };
}
