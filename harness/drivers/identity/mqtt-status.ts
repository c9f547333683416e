import type { BootSeen, CallOptions, Identity, RunningImage } from '#core/capabilities.ts';
import type { DeviceStatus } from '#codecs/device-status.ts';
import { ANSWER_MS, type MqttDevice } from '#drivers/channel/mqtt-device.ts';
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
    const { device } = this.#options;
    const until = device.clock.now() + (options.deadlineMs ?? DEADLINE_MS);
    let asked = 0;
    for (let left = until - device.clock.now(); left > 0; left = until - device.clock.now()) {
      asked += 1;
      const status = await device.askStatus({ ...options, deadlineMs: Math.min(left, ANSWER_MS) });
      if (status !== null) return runningImage(status);
    }
    return { running: false, why: `MQTT status: ${asked} questions, no answer; ${this.#options.tail()}` };
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
