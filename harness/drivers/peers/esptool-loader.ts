import { draw } from '#codecs/peers/draw.ts';
import type { Peer } from '#codecs/peers/peer.ts';
import { isAssayError } from '#core/errors.ts';
import { openPty } from '#drivers/channel/pty.ts';
import { FRAME_CASES } from '#drivers/peers/esptool/frame-cases.ts';
import { TOOL_CASES } from '#drivers/peers/esptool/tool-cases.ts';
import { toolVersion } from '#drivers/peers/esptool/tool.ts';

/** In turn, most important first, so that a short sweep has some of both sides. */
const CASES = TOOL_CASES.flatMap((one, i) => FRAME_CASES.slice(i, i + 1).concat([one]));
/** A run of the tool takes a second or two. */
const MOST = 2 * CASES.length;

/**
 * The vendor's esptool and espefuse against our virtual serial loader, and our client's frames beside the tool's. Our
 * client has no other loader to talk to: there is no ROM of these chips that runs without a chip.
 */
export const peer: Peer = {
  name: 'esptool-loader',
  tool: 'esptool and espefuse 5',
  async run(options) {
    const { count, seed } = options;
    const missing = await whatIsMissing();
    if (missing !== null) return { compared: 0, differ: 0, skipped: missing };
    const compared = Math.min(count, MOST);
    let differ = 0;
    for (let i = 0; i < compared; i++) {
      const [name, compare] = CASES[i % CASES.length] ?? ['none', () => Promise.resolve([])];
      const differences = await compare(draw(seed, `${name} ${i}`)).catch((error: unknown) => {
        if (isAssayError(error) && error.fault !== 'internal')
          return [`${error.message}: ${error.got ?? ''}`];
        throw error;
      });
      for (const difference of differences) options.log(`${i} ${name}: ${difference}`);
      if (differences.length > 0) differ += 1;
    }
    options.log('our client against a ROM of the vendor’s: not compared, since none runs outside a chip');
    return { compared, differ };
  },
};

async function whatIsMissing(): Promise<string | null> {
  if ((await toolVersion()) === null) return 'no python with esptool 5; set ASSAY_ESPTOOL_PYTHON';
  try {
    await (await openPty()).close();
    return null;
  } catch (error) {
    return isAssayError(error) ? `${error.message}: ${error.remedy}` : String(error);
  }
}
