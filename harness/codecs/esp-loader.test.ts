import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describeEfuses, efuseMap, efuseRegisters } from '#codecs/esp-efuse-fields.ts';
import {
  decodeEspRequest,
  decodeEspResponse,
  encodeEspRequest,
  encodeEspResponse,
  ESP_OP,
  espBlock,
  espChecksum,
  espCommand,
  espSync,
  readBlock,
  splitStatus,
} from '#codecs/esp-loader.ts';
import { ESP_LOADER_CHIPS, loaderChipById, loaderChipByMagic } from '#codecs/esp-loader-chip.ts';
import { espStatusText } from '#codecs/esp-loader-status.ts';
import { encodeSecurityInfo, hasSecurityFlag, parseSecurityInfo } from '#codecs/esp-security-info.ts';
import { parseEspStub } from '#codecs/esp-stub.ts';
import { encodeSlip } from '#codecs/slip.ts';
import { ZlibStream } from '#codecs/zlib-stream.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

describe('codecs/esp-loader', () => {
  it('writes what the protocol’s documentation shows', () => {
    const read = espCommand(ESP_OP.readReg, 0x40001000);
    assert.deepEqual(encodeSlip(encodeEspRequest(read)), hex('c0000a04000000000000100040c0'));
    const sync = encodeSlip(encodeEspRequest(espSync()));
    assert.equal(Buffer.from(sync).toString('hex'), `c0000824000000000007071220${'55'.repeat(32)}c0`);
    assert.deepEqual(
      [[0x00], [0xef], [0x01, 0x02, 0x04]].map((bytes) => espChecksum(Uint8Array.from(bytes))),
      [0xef, 0x00, 0xe8],
    );
  });

  it('reads answers of both loaders: two bytes of status, four of the ROM’s', () => {
    const stub = decodeEspResponse(hex('010a0200090000000000'));
    assert.deepEqual([stub?.op, stub?.value, stub && splitStatus(stub.body, 0)?.failed], [0x0a, 9, false]);
    const rom = decodeEspResponse(hex('010804000707122000000000'));
    assert.deepEqual([rom?.value, rom && splitStatus(rom.body, 0)?.failed], [0x20120707, false]);
    assert.deepEqual(splitStatus(hex('01050000'), 16)?.code, 0x0105);
    assert.equal(splitStatus(hex('00'), 0), null);
    assert.equal(splitStatus(hex('0000'), 16), null);
    assert.match(espStatusText(0xc100), /checksum/);
    assert.match(espStatusText(0x0105), /not known/);
    assert.equal(espStatusText(0x0199), '0x0199');
  });

  it('reads back what it writes, and nothing else', () => {
    const bytes = fc.uint8Array({ maxLength: 64 });
    fc.assert(
      fc.property(fc.nat(255), fc.nat(0xffff), bytes, (op, sequence, content) => {
        const block = decodeEspRequest(encodeEspRequest(espBlock(op, sequence, content)));
        assert.deepEqual(block && readBlock(block.data), { sequence, content });
        const answer = encodeEspResponse({ op, value: sequence, body: content });
        assert.deepEqual(decodeEspResponse(answer), { op, value: sequence, body: content });
        assert.equal(decodeEspResponse(answer.subarray(0, -1)), null);
        assert.equal(decodeEspRequest(answer), null);
      }),
    );
  });

  it('knows the chips by id or by magic value, and where their eFuses lie', () => {
    assert.equal(loaderChipByMagic(0x00f01d83)?.name, 'esp32');
    assert.equal(loaderChipByMagic(0x000007c6)?.name, 'esp32s2');
    assert.equal(loaderChipById(9)?.name, 'esp32s3');
    assert.equal(loaderChipById(0), undefined, 'the ESP32 tells no id');
    for (const chip of ESP_LOADER_CHIPS) {
      const names = efuseMap(chip).fields.map(({ name }) => name);
      assert.equal(new Set(names).size, names.length, chip.name);
      assert.ok(names.includes('SECURE_VERSION') && efuseMap(chip).keys.length > 0, chip.name);
    }
  });

  it('tells eFuses by name: counters by their bits, keys byte by byte', () => {
    const map = efuseMap({ name: 'esp32' });
    const words = new Map(efuseRegisters(map).map((at) => [at, 0]));
    words.set(0x18, 0b110000).set(0x88, 0x8000_0007).set(0x58, 0x04030201);
    const told = describeEfuses(map, words);
    assert.deepEqual(
      [told['ABS_DONE_0'], told['ABS_DONE_1'], told['JTAG_DISABLE'], told['SECURE_VERSION']],
      ['1', '1', '0', '4'],
    );
    assert.equal(told['BLK2'], `01020304${'00'.repeat(28)}`);
  });

  it('reads security information of both lengths', () => {
    const info = {
      flags: 0x5,
      flashCryptCount: 3,
      keyPurposes: [9, 0, 0, 0, 0, 0, 12],
      chipId: 13,
      apiVersion: 1,
    };
    assert.deepEqual(parseSecurityInfo(encodeSecurityInfo(info)), info);
    const short = parseSecurityInfo(encodeSecurityInfo({ ...info, chipId: null, apiVersion: null }));
    assert.equal(short?.chipId, null);
    assert.equal(hasSecurityFlag(info, 'SECURE_DOWNLOAD_ENABLE'), true);
    assert.equal(hasSecurityFlag(info, 'SOFT_DIS_JTAG'), false);
    assert.equal(parseSecurityInfo(new Uint8Array(16)), null);
  });

  it('reads the vendor’s stub files, and refuses others', () => {
    const stub = parseEspStub('{"entry":64,"text":"AAEC","text_start":4096,"data":"/w==","data_start":8192}');
    assert.deepEqual(stub?.segments, [
      { address: 4096, bytes: hex('000102') },
      { address: 8192, bytes: hex('ff') },
    ]);
    for (const bad of ['', '[]', '{"entry":-1}', '{"entry":1,"text":"?","text_start":0}', 'null']) {
      assert.equal(parseEspStub(bad), null, bad);
    }
  });
});

describe('codecs/zlib-stream', () => {
  it('inflates a stream in any pieces', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.integer({ min: 1, max: 700 }), (content, step) => {
        const packed = deflateSync(content);
        const stream = new ZlibStream(content.length);
        const pieces: Uint8Array[] = [];
        for (let at = 0; at < packed.length; at += step) {
          const piece = stream.push(packed.subarray(at, at + step));
          assert.ok(typeof piece !== 'string', String(piece));
          pieces.push(piece);
        }
        assert.deepEqual(Uint8Array.from(Buffer.concat(pieces)), content);
      }),
    );
  });

  it('stops at what is no stream, at damage, and at more than was announced', () => {
    assert.equal(new ZlibStream(9).push(hex('0000')), 'header');
    assert.equal(new ZlibStream(9).push(hex('789cffff')), 'damaged');
    assert.equal(new ZlibStream(9).push(deflateSync(new Uint8Array(10))), 'too-much');
  });
});
