import type { BootSeen, CallOptions, Identity, RunningImage } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import { complaintOf } from '#codecs/smp-error.ts';
import { IMAGE_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import type { ConsoleHub } from '#drivers/channel/console.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';
import { BootLog } from '#drivers/identity/banner.ts';
import { slotsOf } from '#drivers/identity/image-state.ts';

const DEADLINE_MS = 30_000;
/** What a board that is still booting was asked is lost; short, so that it is soon asked again. */
const ASK_MS = 800;
/** Between two questions when the first was refused. */
const PAUSE_MS = 200;
/** Areas by mcumgr slot number. */
const SLOT_NAMES = ['slot0', 'slot1'];

/** Asks mcumgr which image runs, and watches the console for boot banners. */
export class SmpIdentity implements Identity {
  readonly log = new BootLog();
  readonly #client: SmpClient<ConsoleHub>;
  readonly #slotNames: readonly string[];

  constructor(client: SmpClient<ConsoleHub>, slotNames: readonly string[] = SLOT_NAMES) {
    this.#client = client;
    this.#slotNames = slotNames;
    client.link.onLine(this.log.take);
  }

  boots(): readonly BootSeen[] {
    return this.log.boots();
  }

  forget(): void {
    this.log.forget();
  }

  async read(options: CallOptions): Promise<RunningImage> {
    const { clock, link: hub } = this.#client;
    const until = clock.now() + (options.deadlineMs ?? DEADLINE_MS);
    let last = 'not asked';
    for (let left = until - clock.now(); left > 0; left = until - clock.now()) {
      const answer = await this.#ask({ ...options, deadlineMs: Math.min(left, ASK_MS) });
      if (typeof answer !== 'string') return answer;
      last = answer;
      await clock.sleep(Math.min(PAUSE_MS, Math.max(0, until - clock.now())), options.signal);
    }
    return { running: false, why: `SMP image state: ${last}; ${hub.tail()}` };
  }

  /** One question: who runs, or what came instead. */
  async #ask(options: CallOptions): Promise<RunningImage | string> {
    try {
      const command = { op: SMP_OP.read, group: SMP_GROUP.image, command: IMAGE_COMMAND.state };
      const { map } = await this.#client.ask(command, [], options);
      const complaint = complaintOf(map);
      if (complaint !== null) return complaint.text;
      const active = slotsOf(map).find((slot) => slot.active);
      if (active === undefined) return 'no slot is active';
      return {
        running: true,
        identity: active.hash,
        version: active.version,
        slot: this.#slotNames[active.slot] ?? `slot ${active.slot}`,
        confirmed: active.confirmed,
        how: 'SMP image state',
      };
    } catch (error) {
      if (error instanceof PeerError) return error.message;
      throw error;
    }
  }
}
