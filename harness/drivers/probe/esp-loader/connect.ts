import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import type { SlipLink } from '#drivers/channel/slip-link.ts';
import { trySync } from '#drivers/probe/esp-loader/exchange.ts';
import { resetIntoLoader, type ResetManner } from '#drivers/probe/esp-loader/reset.ts';

/** How hard it is tried, and how the chip is reset. */
export interface ConnectSettings {
  /** The port is the chip's own USB Serial/JTAG. */
  readonly usbJtag?: boolean;
  /** Resets to try; default 7. */
  readonly attempts?: number;
}

/** Which loader answered. */
export interface Connected {
  readonly running: 'rom' | 'stub';
  /** Whether control lines reset the chip, or it was found in its loader. */
  readonly hasLines: boolean;
}

const ATTEMPTS = 7;
const SYNCS = 5;
const PAUSE_MS = 50;

/** Resets the chip into its loader and gets an answer. PeerErrors `loader-wrong-boot`, `loader-no-sync`. */
export async function connect(
  link: SlipLink,
  settings: ConnectSettings,
  options: CallOptions,
): Promise<Connected> {
  const manners: readonly ResetManner[] =
    settings.usbJtag === true ? ['usb-jtag'] : ['bridge', 'bridge-slow'];
  let boot: BootLog = null;
  let hasLines = true;
  for (let attempt = 0; attempt < (settings.attempts ?? ATTEMPTS); attempt++) {
    await link.purge(options);
    const manner = manners[attempt % manners.length] ?? 'bridge';
    hasLines = await resetIntoLoader({ line: link.line, clock: link.clock }, manner, options);
    const running = await syncs(link, (log) => (boot = log ?? boot), options);
    if (running !== null) return { running, hasLines };
  }
  throw noLoader(boot, hasLines, link);
}

async function syncs(link: SlipLink, heard: (log: BootLog) => void, options: CallOptions) {
  for (let i = 0; i < SYNCS; i++) {
    heard(bootLog(link.text()));
    await link.purge(options);
    const running = await trySync(link, options);
    if (running !== null) return running;
    await link.clock.sleep(PAUSE_MS, options.signal);
  }
  return null;
}

/** How the ROM started, by what it printed; null where it said nothing of it. */
type BootLog = { readonly mode: string; readonly downloads: boolean } | null;

function bootLog(text: string): BootLog {
  const seen = /boot:(0x[0-9a-fA-F]+)([\s\S]*(?:DOWNLOAD|waiting for download))?/.exec(text);
  return seen === null ? null : { mode: seen[1] ?? '', downloads: seen[2] !== undefined };
}

function noLoader(boot: BootLog, hasLines: boolean, link: SlipLink): PeerError {
  if (boot !== null && !boot.downloads) {
    return new PeerError({
      code: 'loader-wrong-boot',
      message: 'the chip starts its application, not its serial loader',
      expected: 'a start in download mode',
      got: `boot:${boot.mode}`,
      remedy: 'check that DTR drives GPIO0 (GPIO9 on newer chips); or hold BOOT while pressing EN',
    });
  }
  return new PeerError({
    code: 'loader-no-sync',
    message:
      boot === null
        ? 'no serial loader answers'
        : 'the chip waits for download but does not hear us: the line to its receiver seems to be down',
    expected: 'an answer to SYNC at 115200 baud',
    got: link.excerpt(),
    remedy: hasLines
      ? 'check cable, port and power; another program may hold the chip in reset'
      : 'the port has no control lines: hold BOOT while pressing EN, then try again',
  });
}
