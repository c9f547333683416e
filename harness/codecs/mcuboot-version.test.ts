import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { UsageError } from '#core/errors.ts';
import {
  compareVersions,
  formatSmpVersion,
  formatVersion,
  parseVersion,
  versionOf,
} from '#codecs/mcuboot-version.ts';

const anyVersion = fc.record(
  { major: fc.nat(0xff), minor: fc.nat(0xff), revision: fc.nat(0xffff), build: fc.nat(0xffff_ffff) },
  { noNullPrototype: true },
);

describe('MCUboot version', () => {
  it('is read as imgtool writes it', () => {
    assert.deepEqual(parseVersion('1.2.3'), { major: 1, minor: 2, revision: 3, build: 0 });
    assert.deepEqual(parseVersion('255.255.65535+4294967295'), {
      major: 255,
      minor: 255,
      revision: 65_535,
      build: 4_294_967_295,
    });
    for (const bad of [
      '',
      '1',
      '1.2',
      '1.2.3.4',
      '256.0.0',
      '1.0.65536',
      '1.0.0+4294967296',
      'v1.0.0',
      '1.0.0+',
    ]) {
      assert.equal(parseVersion(bad), null, bad);
    }
    assert.throws(() => versionOf('one'), UsageError);
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(anyVersion, (version) => assert.deepEqual(parseVersion(formatVersion(version)), version)),
    );
  });

  it('leaves a zero build number out, and mcumgr joins it with a dot', () => {
    assert.equal(formatVersion(versionOf('1.2.3+0')), '1.2.3');
    assert.equal(formatSmpVersion(versionOf('1.2.3+9')), '1.2.3.9');
    assert.equal(formatSmpVersion(versionOf('1.2.3')), '1.2.3');
  });

  it('orders by the most significant difference, by build only when told', () => {
    const order = ['0.9.9', '1.2.3', '1.2.3+1', '1.2.4', '1.10.0', '2.0.0'].map(versionOf);
    for (const [i, a] of order.entries()) {
      for (const [j, b] of order.entries()) {
        assert.equal(Math.sign(compareVersions(a, b, true)), Math.sign(i - j));
      }
    }
    assert.equal(compareVersions(versionOf('1.2.3+1'), versionOf('1.2.3+9'), false), 0);
  });
});
