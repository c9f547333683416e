import type { BootSeen } from '#core/capabilities.ts';
import type { ConsoleLine } from '#core/rig.ts';

/** What a test application says of itself when it starts. */
export interface Banner {
  readonly product: string;
  readonly version: string;
  readonly buildId: string;
}

/** Announcements kept: a board that restarts for ever must not fill memory. */
const MOST = 4096;
const LINE = /^\*\*\* assay-fw (.{1,64}) v([0-9A-Za-z.+-]{1,32}) build ([0-9a-f]{16}) \*\*\*$/;

/** The banner on a console line; null when it is another line. */
export function parseBanner(text: string): Banner | null {
  const [, product, version, buildId] = LINE.exec(text) ?? [];
  return product === undefined || version === undefined || buildId === undefined
    ? null
    : { product, version, buildId };
}

/** Remembers which applications announced themselves. */
export class BootLog {
  #seen: BootSeen[] = [];
  readonly #waiting = new Set<(boot: BootSeen) => void>();

  /** Takes every console line. */
  readonly take = (line: ConsoleLine): void => {
    const banner = parseBanner(line.text);
    if (banner === null) return;
    const boot = { atMs: line.atMs, version: banner.version, buildId: banner.buildId };
    if (this.#seen.length < MOST) this.#seen.push(boot);
    for (const listener of this.#waiting) listener(boot);
  };

  /** Since `forget`, oldest first. */
  boots(): readonly BootSeen[] {
    return [...this.#seen];
  }

  forget(): void {
    this.#seen = [];
  }

  /** Called at every announcement from now on; gives how to stop listening. */
  onBoot(listener: (boot: BootSeen) => void): () => void {
    this.#waiting.add(listener);
    return () => this.#waiting.delete(listener);
  }
}
