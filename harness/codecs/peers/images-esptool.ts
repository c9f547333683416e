import { isAssayError } from '#core/errors.ts';
import type { CaseWorld, PeerCase } from '#codecs/peers/esptool/case.ts';
import { describeCase } from '#codecs/peers/esptool/describe-case.ts';
import { elfCase } from '#codecs/peers/esptool/elf-case.ts';
import { mergeCase, tableCase } from '#codecs/peers/esptool/flash-case.ts';
import { keyRing } from '#codecs/peers/esptool/keys.ts';
import { EsptoolProcess } from '#codecs/peers/esptool/process.ts';
import { draw } from '#codecs/peers/draw.ts';
import { ourSignatureCase, theirSignatureCase, v1Case } from '#codecs/peers/esptool/sign-case.ts';
import type { Peer } from '#codecs/peers/peer.ts';

/** In turn, so that any ten files have some of each. */
const CASES: readonly (readonly [name: string, compare: PeerCase])[] = [
  ['image-info of ours', describeCase],
  ['our signature', ourSignatureCase],
  ['elf2image', elfCase],
  ['their signature', theirSignatureCase],
  ['Secure Boot V1', v1Case],
  ['merged flash', mergeCase],
];
const TABLES: (typeof CASES)[number] = ['partition table', tableCase];

/** ESP32 images, signatures and flash layouts beside the vendor's esptool and espsecure. */
export const peer: Peer = {
  name: 'images-esptool',
  tool: 'esptool and espsecure 5',
  async run(options) {
    const started = await EsptoolProcess.start();
    if (started === null) {
      const skipped =
        'no python with esptool 5: pip install esptool esp-idf-defs, and set ASSAY_ESPTOOL_PYTHON';
      return { compared: 0, differ: 0, skipped };
    }
    const { tools, hello } = started;
    try {
      if (hello.partitions !== true) options.log('partition tables are left out: pip install esp-idf-defs');
      const cases = hello.partitions === true ? [...CASES, TABLES] : CASES;
      const world = { tools, keys: keyRing(), chips: hello.chips ?? {} };
      let differ = 0;
      for (let i = 0; i < options.count; i++) {
        const [name, compare] = cases[i % cases.length] ?? TABLES;
        const differences = await compared(compare, {
          ...world,
          random: draw(options.seed, `${name} ${i}`),
        });
        for (const difference of differences) options.log(`${i} ${name}: ${difference}`);
        if (differences.length > 0) differ += 1;
      }
      return { compared: options.count, differ };
    } finally {
      await tools.stop();
    }
  },
};

/** Our codecs refusing a file of the vendor's tools is a difference like any other. */
async function compared(compare: PeerCase, world: CaseWorld): Promise<readonly string[]> {
  try {
    return await compare(world);
  } catch (error) {
    if (isAssayError(error) && error.fault !== 'internal') return [`we refuse it: ${error.message}`];
    throw error;
  }
}
