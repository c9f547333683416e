import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { decodeBootRecord, encodeBootRecord } from '#codecs/mcuboot-boot-record.ts';
import { layOutMcubootImage, type McubootBuild } from '#codecs/mcuboot-build.ts';
import { decodeDependency, encodeDependency } from '#codecs/mcuboot-dependency.ts';
import { findTlv } from '#codecs/mcuboot-image.ts';
import { mcubootKey, testSigningKey } from '#codecs/mcuboot-key.ts';
import { automaticCounter } from '#codecs/mcuboot-protected.ts';
import { keyEncryptionKey } from '#codecs/mcuboot-recipient.ts';
import { tlvName } from '#codecs/mcuboot-tlv-name.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { versionOf } from '#codecs/mcuboot-version.ts';
import { DNS_NAMESPACE, parseUuid } from '#codecs/uuid.ts';
import { formatUuid, uuidOfName } from '#core/uuid.ts';
import { UsageError } from '#core/errors.ts';

const key = mcubootKey(testSigningKey('claims').pem);
const build: McubootBuild = { version: versionOf('1.2.3+4'), payload: new Uint8Array(16), key };
const hex = (bytes: Uint8Array | null) => Buffer.from(bytes ?? []).toString('hex');

const version = fc.record(
  { major: fc.nat(0xff), minor: fc.nat(0xff), revision: fc.nat(0xffff), build: fc.nat(0xffff_ffff) },
  { noNullPrototype: true },
);

describe('MCUboot claims under the signature', () => {
  it('stand in imgtool’s order', () => {
    const image = layOutMcubootImage({
      ...build,
      protectedTlvs: [{ type: 0xa0, value: Uint8Array.of(1) }],
      classId: new Uint8Array(16),
      vendorId: new Uint8Array(16),
      dependencies: [
        { image: 1, version: versionOf('1.0.0') },
        { image: 2, version: versionOf('2.0.0') },
      ],
      bootRecord: 'SPE',
      securityCounter: automaticCounter(versionOf('1.2.3')),
    });
    assert.deepEqual(
      image.protectedTlvs.map(({ type }) => tlvName(type)),
      ['SEC_CNT', 'BOOT_RECORD', 'DEPENDENCY', 'DEPENDENCY', 'UUID_VID', 'UUID_CID', null],
    );
    assert.equal(hex(findTlv(image, TLV.securityCounter)), '03000201');
  });

  it('a dependency is twelve bytes, little-endian', () => {
    assert.equal(
      hex(encodeDependency({ image: 1, version: versionOf('1.2.3+4') })),
      '010000000102030004000000',
    );
    assert.equal(decodeDependency(new Uint8Array(11)), null);
    fc.assert(
      fc.property(fc.nat(255), version, (image, from) => {
        assert.deepEqual(decodeDependency(encodeDependency({ image, version: from })), {
          image,
          version: from,
        });
      }),
    );
  });

  it('a boot record is CBOR with the measurement last, zeros until the boot loader fills it', () => {
    const value = findTlv(layOutMcubootImage({ ...build, bootRecord: 'SPE' }), TLV.bootRecord);
    const zeros = '00'.repeat(32);
    assert.equal(
      hex(value),
      `a50163535045046531${hex(Buffer.from('.2.3'))}055820${hex(key.keyHash)}0666534841323536025820${zeros}`,
    );
    assert.deepEqual(decodeBootRecord(value ?? new Uint8Array()), {
      softwareType: 'SPE',
      version: '1.2.3',
      signerId: key.keyHash,
      measurementType: 'SHA256',
      measurement: new Uint8Array(32),
    });
    assert.throws(() => layOutMcubootImage({ ...build, bootRecord: 'thirteenchars' }), UsageError);
  });

  it('a boot record may be any bytes', () => {
    assert.notEqual(decodeBootRecord(record()), null);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(90), fc.nat(255), (bytes, at, change) => {
        assert.equal(decodeBootRecord(bytes), null);
        const altered = record().with(at % record().length, change);
        const read = decodeBootRecord(altered);
        if (read !== null) assert.deepEqual(encodeBootRecord(read), altered);
      }),
    );
  });

  it('addresses and the lack of a boot are flags', () => {
    const { header } = layOutMcubootImage({ ...build, ramAddress: 0x2000_0000, flags: 0x10 });
    assert.deepEqual([header.flags, header.loadAddress], [0x30, 0x2000_0000]);
    const fixed = layOutMcubootImage({ ...build, romAddress: 0xc000, erased: 0 });
    assert.deepEqual([fixed.header.flags, fixed.header.loadAddress], [0x100, 0xc000]);
    assert.ok(fixed.headerPadding.every((byte) => byte === 0));
  });

  it('must fit their fields', () => {
    const seed = new Uint8Array(15);
    for (const wrong of [
      { headerSize: 31 },
      { headerSize: 0x1_0000 },
      { ramAddress: 1, romAddress: 1 },
      { protectedTlvs: [{ type: 0xa0, value: new Uint8Array(0xfff8) }] },
      { encryption: { recipient: keyEncryptionKey(new Uint8Array(16)), imageKey: seed, seed } },
    ]) {
      assert.throws(() => layOutMcubootImage({ ...build, ...wrong }), UsageError);
    }
    const largest = [{ type: 0xa0, value: new Uint8Array(0xfff7) }];
    assert.equal(layOutMcubootImage({ ...build, protectedTlvs: largest }).header.protectedSize, 0xffff);
  });

  function record(): Uint8Array {
    return (
      findTlv(layOutMcubootImage({ ...build, bootRecord: 'App' }), TLV.bootRecord) ?? assert.fail('none')
    );
  }
});

describe('UUID', () => {
  it('of a name is that of RFC 9562 A.4', () => {
    const uuid = uuidOfName(DNS_NAMESPACE, 'www.example.com');
    assert.equal(formatUuid(uuid), '2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('is read with dashes, without, or as a name', () => {
    const text = '2ed6657d-e927-568b-95e1-2665a8aea6a2';
    assert.equal(formatUuid(parseUuid(text, null)), text);
    assert.equal(formatUuid(parseUuid(text.replaceAll('-', ''), null)), text);
    assert.equal(formatUuid(parseUuid('www.example.com', DNS_NAMESPACE)), text);
    assert.equal(formatUuid(new Uint8Array(15)), null);
    assert.throws(() => parseUuid('board', null), UsageError);
    assert.throws(() => parseUuid('two\nlines', DNS_NAMESPACE), UsageError);
  });
});
