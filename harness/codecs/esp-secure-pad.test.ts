import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeEspImage, parseEspImage, sealEspImage } from '#codecs/esp-image.ts';
import { securePadded } from '#codecs/esp-secure-pad.ts';
import { golden } from '../../boards/esp32-devkitc/golden.ts';

describe('secure padding', () => {
  const base = parseEspImage(golden.bytes);

  /** `--secure-pad` leaves 112 bytes behind the checksum, `--secure-pad-v2` the 32 of the digest. */
  for (const [version, behind] of [
    [1, 112],
    [2, 32],
  ] as const) {
    it(`V${version}: checksum and ${behind} bytes end on a page, whatever the segments`, () => {
      const words = fc.array(fc.nat(0x9000), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(words, fc.constantFrom(0x2000, 0x4000, 0x10000), (sizes, page) => {
          const segments = sizes.map((size) => {
            const data = new Uint8Array(size * 4);
            return { loadAddress: 0x3f400020, length: data.length, data };
          });
          const padded = securePadded(segments, version, page);
          const header = { ...base.header, segmentCount: padded.length };
          const bytes = encodeEspImage(sealEspImage({ header, segments: padded }));
          assert.equal((bytes.length - 32 + behind) % page, 0);
          const added = padded.at(-1);
          assert.ok(added !== undefined && added.length < page && added.loadAddress === 0);
        }),
        { numRuns: 40 },
      );
    });
  }
});
