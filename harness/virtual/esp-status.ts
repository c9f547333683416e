import { cString, type AppDescriptor } from '#codecs/esp-app-desc.ts';
import type { DeviceStatus, OtaState } from '#codecs/device-status.ts';
import { OTA_STATE } from '#codecs/esp-otadata.ts';
import type { BootedApp } from '#virtual/silicon.ts';

/** What of a status is not in the image. */
export interface StatusNow {
  /** State word of the running slot's otadata entry; null where there is none. */
  readonly state: number | null;
  readonly boots: number;
  readonly reset: string;
  readonly nonce: string;
}

const STATES = new Map<number | null, OtaState>([
  [OTA_STATE.new, 'new'],
  [OTA_STATE.pendingVerify, 'pending-verify'],
  [OTA_STATE.valid, 'valid'],
  [OTA_STATE.invalid, 'invalid'],
  [OTA_STATE.aborted, 'aborted'],
]);

/** What a running application says of itself. */
export function statusOf(app: BootedApp, descriptor: AppDescriptor, now: StatusNow): DeviceStatus {
  return {
    version: cString(descriptor.version),
    project: cString(descriptor.projectName),
    elf_sha256: app.identity,
    slot: app.slot,
    state: STATES.get(now.state) ?? 'undefined',
    boots: now.boots,
    reset: now.reset,
    nonce: now.nonce,
  };
}
