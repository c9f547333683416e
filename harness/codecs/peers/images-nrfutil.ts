import { draw } from '#codecs/peers/draw.ts';
import { packageCases } from '#codecs/peers/nrfutil/packages.ts';
import { packetCases } from '#codecs/peers/nrfutil/packets.ts';
import { settingsCases } from '#codecs/peers/nrfutil/settings.ts';
import { type NrfutilCase, openNrfutil } from '#codecs/peers/nrfutil/process.ts';
import type { Peer } from '#codecs/peers/peer.ts';

const CASES: readonly NrfutilCase[] = [...packageCases, ...packetCases, ...settingsCases];

/**
 * Nordic Secure DFU beside Nordic's own nrfutil 6 (pc-nrfutil, the last in Python), through its Python modules.
 *
 * Covered: packages of every image kind, signed and not, in both directions; init packets with every field; settings
 * pages of versions 1 and 2 with their backup; what each tool says of tampered ones. Byte for byte: manifests, init
 * packets (theirs are signed with a random nonce: compared with python-ecdsa's RFC 6979 instead), settings pages. Not
 * covered, because the tool has no say in it: the boot loader's own limits, unknown protobuf fields (Python's library
 * keeps them but orders them anew), bank 1 and the progress fields of a settings page, which it does not show, the
 * archive's bytes, which carry times. adafruit-nrfutil speaks the legacy DFU only, and is no peer.
 */
export const peer: Peer = {
  name: 'images-nrfutil',
  tool: 'nrfutil 6.1.7 (PyPI)',
  async run(options) {
    const { count, seed } = options;
    const opened = await openNrfutil();
    if (typeof opened === 'string') return { compared: 0, differ: 0, skipped: opened };
    await using tool = opened;
    let differ = 0;
    for (let index = 0; index < count; index++) {
      const compare = CASES[index % CASES.length];
      const difference = await compare?.run(tool, draw(seed, `nrfutil ${index}`));
      if (difference === null) continue;
      differ += 1;
      options.log(`${compare?.name} ${index}: ${difference}`);
    }
    return { compared: count, differ };
  },
};
