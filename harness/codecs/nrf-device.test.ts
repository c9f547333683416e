import assert from 'node:assert/strict';
import { nrfChipId, nrfDeviceBlock } from '#codecs/nrf-device.ts';

/** Family code and revision as the vendor's errata tables have them, with APPROTECT. */
const PORTS = [
  [0x08, 4, 0xffff_ffff, /^open \(old silicon/],
  [0x08, 4, 0xffff_ff00, /^closed .*old silicon/],
  [0x08, 5, 0xffff_ffff, /^closed .*not 0x5A/],
  [0x08, 5, 0xffff_ff5a, /^open while the firmware/],
  [0x06, 6, 0xffff_ffff, /^open/],
  [0x06, 7, 0xffff_ffff, /^closed/],
  [0x77, 1, 0xffff_ffff, /not known/],
] as const;

describe('codecs/nrf-device', () => {
  for (const [family, revision, approtect, expected] of PORTS) {
    it(`family 0x${family.toString(16)} revision ${revision}, APPROTECT 0x${approtect.toString(16)}`, () => {
      const words = { 'FICR.FAMILY': family, 'FICR.REVISION': revision, 'UICR.APPROTECT': approtect };
      assert.match(nrfDeviceBlock(words)['debug port'] ?? '', expected);
    });
  }

  it('shows words as hex, and makes an id of the two that are one', () => {
    const block = nrfDeviceBlock({ 'FICR.DEVICEID[0]': 0x0102_0304, 'FICR.DEVICEID[1]': 0xf000_000e });
    assert.deepEqual(block, { 'FICR.DEVICEID[0]': '0x01020304', 'FICR.DEVICEID[1]': '0xf000000e' });
    assert.equal(nrfChipId(block), 'f000000e01020304');
    assert.equal(nrfChipId({}), null);
  });
});
