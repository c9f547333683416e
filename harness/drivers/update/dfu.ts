import type { CallOptions, OfferOptions, Receipt, UpdateTransport } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import { type DfuImage, parseDfuPackage } from '#codecs/dfu-package.ts';
import { DFU_OP, dfuResultText, DFU_SERIAL_MTU } from '#codecs/dfu-transport.ts';
import type { SerialLine } from '#drivers/channel/serial-line.ts';
import { SlipLink } from '#drivers/channel/slip-link.ts';
import { DfuClient, DfuRefused } from '#drivers/update/dfu-client.ts';

/** How a board is brought to its boot loader and spoken to. */
export interface DfuUpdateOptions {
  readonly clock: Clock;
  /** Brings the board into its boot loader and gives the line to it, which is closed afterwards. */
  enter(options: CallOptions): Promise<SerialLine>;
  /** Writes between two receipts; default 2, of which any boot loader has room for; 0 on a line with flow control. */
  readonly receipts?: number;
}

const RECEIPTS = 2;
const OPEN_MS = 10_000;

/**
 * Nordic's Secure DFU over a serial line: the package (`.zip`) goes to the boot loader, which judges it, restarts and runs
 * it for good. Path `dfu`.
 */
export class DfuUpdate implements UpdateTransport {
  readonly paths = ['dfu'];
  readonly #options: DfuUpdateOptions;

  constructor(options: DfuUpdateOptions) {
    this.#options = options;
  }

  async offer(image: Uint8Array, options: OfferOptions): Promise<Receipt> {
    const parsed = parseDfuPackage(image);
    if (isDfuDefect(parsed))
      return { accepted: false, step: 'upload', reason: `not a package: ${parsed.got}` };
    const total = parsed.images.reduce((sum, one) => sum + one.firmware.length, 0);
    let before = 0;
    for (const one of parsed.images) {
      const start = before;
      const refused = await this.#send(one, (sent) => options.onProgress?.(start + sent, total), options);
      if (refused !== null) return refused;
      before += one.firmware.length;
    }
    return { accepted: true, detail: `${total} bytes transferred and checked by the boot loader` };
  }

  /** The boot loader has restarted by itself. */
  activate(): Promise<void> {
    return Promise.resolve();
  }

  /** There is no trial: what was accepted runs for good. */
  confirm(): Promise<Receipt> {
    return Promise.resolve({ accepted: true, detail: 'this boot loader knows no trial' });
  }

  async #send(
    image: DfuImage,
    onProgress: (sent: number) => void,
    options: CallOptions,
  ): Promise<Receipt | null> {
    const { clock, receipts = RECEIPTS } = this.#options;
    const line = await this.#options.enter(options);
    const link = new SlipLink(line, clock, { leading: false, limit: 2 * DFU_SERIAL_MTU });
    try {
      const client = new DfuClient(link, receipts);
      await client.open(OPEN_MS, options);
      await client.sendInit(image.dat, options);
      await client.sendFirmware(image.firmware, onProgress, options);
      return null;
    } catch (error) {
      if (!(error instanceof DfuRefused)) throw error;
      const step = error.response.op === DFU_OP.execute ? 'verify' : 'upload';
      return { accepted: false, step, reason: `${error.message}: ${dfuResultText(error.response)}` };
    } finally {
      await link.close();
    }
  }
}
