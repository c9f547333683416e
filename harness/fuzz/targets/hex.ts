import { encodeIntelHex, flattenHex, parseIntelHex } from '#codecs/intel-hex.ts';
import type { CodecTarget } from '#fuzz/codec-target.ts';

const SEED = encodeIntelHex({
  segments: [
    { address: 0xfff0, bytes: new Uint8Array(40).fill(0x5a) },
    { address: 0x0800_0000, bytes: Uint8Array.of(1, 2, 3) },
  ],
  start: { kind: 'linear', address: 0x0800_0131 },
});

/** Parsers of file formats that carry images. */
export const targets: readonly CodecTarget[] = [
  {
    name: 'intel-hex',
    seeds: () => [Uint8Array.from(Buffer.from(SEED, 'latin1'))],
    run: (bytes) => {
      const file = parseIntelHex(Buffer.from(bytes).toString('latin1'));
      if ('defect' in file) return [];
      flattenHex(file, 0x1_0000);
      const written = encodeIntelHex(file);
      const again = parseIntelHex(written);
      return [[Buffer.from(written), Buffer.from('defect' in again ? '' : encodeIntelHex(again))]];
    },
  },
];
