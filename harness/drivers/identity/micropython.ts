import type { BootSeen, CallOptions, Identity, RunningImage } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import type { Image } from '#core/image.ts';
import type { ConsoleLine } from '#core/rig.ts';
import { waitFor } from '#core/wait.ts';
import type { ConsoleHub } from '#drivers/channel/console.ts';

const DEADLINE_MS = 30_000;
/** What an interpreter that is still starting was asked is lost. */
const ASK_MS = 800;
/** Announcements kept. */
const MOST = 4096;

/** The line before the first prompt, and what `os.uname` says of the same build. */
const BANNER = /MicroPython (v\S+) on [-\d]+; /;
const UNAME = /; MicroPython (v\S+) on /;
/** Interrupts whatever runs, then asks. */
const QUESTION = Buffer.from('\x03\r\nimport os;print(os.uname()[3])\r\n', 'latin1');

/** Tells who runs on a board with a MicroPython prompt: asks the interpreter for its version. There are no slots. */
export class MicropythonIdentity implements Identity {
  readonly #hub: ConsoleHub;
  readonly #clock: Clock;
  readonly #golden: Image;
  readonly #slot: string;
  #boots: BootSeen[] = [];

  constructor(hub: ConsoleHub, clock: Clock, golden: Image, slot: string) {
    this.#hub = hub;
    this.#clock = clock;
    this.#golden = golden;
    this.#slot = slot;
    hub.onLine((line) => this.#take(line));
  }

  boots(): readonly BootSeen[] {
    return [...this.#boots];
  }

  forget(): void {
    this.#boots = [];
  }

  async read(options: CallOptions): Promise<RunningImage> {
    const until = this.#clock.now() + (options.deadlineMs ?? DEADLINE_MS);
    for (let left = until - this.#clock.now(); left > 0; left = until - this.#clock.now()) {
      const version = await this.#ask(Math.min(left, ASK_MS), options.signal);
      if (version !== null) return this.#running(version);
    }
    return { running: false, why: `no MicroPython prompt answers; ${this.#hub.tail()}` };
  }

  #running(version: string): RunningImage {
    const identity = version === this.#golden.version ? this.#golden.identity : version;
    return {
      running: true,
      identity,
      version,
      slot: this.#slot,
      confirmed: true,
      how: 'os.uname at the prompt',
    };
  }

  async #ask(deadlineMs: number, signal: AbortSignal): Promise<string | null> {
    const wait = { clock: this.#clock, signals: [signal, this.#hub.closed], deadlineMs };
    const answer = waitFor<string | null>({ ...wait, onDeadline: () => null }, (resolve) =>
      this.#hub.onLine(({ text }) => {
        const [, version] = UNAME.exec(text) ?? [];
        if (version !== undefined) resolve(version);
      }),
    );
    await this.#hub.write(QUESTION, { signal });
    return answer;
  }

  #take({ atMs, text }: ConsoleLine): void {
    const [, version] = BANNER.exec(text) ?? [];
    if (version === undefined || this.#boots.length === MOST) return;
    this.#boots.push({ atMs, version, buildId: version });
  }
}
