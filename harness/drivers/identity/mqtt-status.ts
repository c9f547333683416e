import type { BootSeen, CallOptions, Identity, RunningImage } from '#core/capabilities.ts';
import type { DeviceStatus } from '#codecs/device-status.ts';
import type { MqttDevice } from '#drivers/channel/mqtt-device.ts';
import type { BootLog } from '#drivers/identity/banner.ts';

/** What the identity is read from. */
export interface MqttIdentityOptions {
  readonly device: MqttDevice;
  /** Takes the console lines. */
  readonly log: BootLog;
  /** The last console lines, for an answer that never came. */
  tail(): string;
}

const DEADLINE_MS = 30_000;

/** Asks the application for its status over MQTT, and watches the console for boot banners. */
export class MqttIdentity implements Identity {
  readonly #options: MqttIdentityOptions;

  constructor(options: MqttIdentityOptions) {
    this.#options = options;
  }

  boots(): readonly BootSeen[] {
    return this.#options.log.boots();
  }

  forget(): void {
    this.#options.log.forget();
  }

  async read(options: CallOptions): Promise<RunningImage> {
    const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
    const status = await this.#options.device.awaitStatus({ ...options, deadlineMs });
    if (status !== null) return runningImage(status);
    return { running: false, why: `MQTT status: no answer in ${deadlineMs} ms; ${this.#options.tail()}` };
  }
}

/** A trial is over unless otadata says that it is new or pending, as the boot loader decides it. */
function runningImage(status: DeviceStatus): RunningImage {
  return {
    running: true,
    identity: status.elf_sha256,
    version: status.version,
    slot: status.slot,
    confirmed: status.state !== 'new' && status.state !== 'pending-verify',
    how: 'MQTT status',
  };
}
