import type { ConsoleLine } from '#core/rig.ts';
import type { VerbRig } from '#engine/verb-call.ts';

/** Lines kept: a board that prints without end must not fill memory. */
const MOST = 400;
/** Characters kept of one. */
const LONGEST = 1000;

/** The console lines of one try, from when it begins until it is closed. */
export class ConsoleWindow {
  readonly lines: ConsoleLine[] = [];
  readonly #stop: () => void;

  constructor(rig: Pick<VerbRig, 'onConsole'>) {
    this.#stop = rig.onConsole(({ atMs, text }) => {
      if (this.lines.length < MOST) this.lines.push({ atMs, text: text.slice(0, LONGEST) });
    });
  }

  get texts(): readonly string[] {
    return this.lines.map(({ text }) => text);
  }

  close(): void {
    this.#stop();
  }
}
