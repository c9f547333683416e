import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAssayError } from '#core/errors.ts';
import { decodeDependency } from '#codecs/mcuboot-dependency.ts';
import { HEADER_FLAG } from '#codecs/mcuboot-header.ts';
import { isDefect, type McubootImage, parseMcubootImage } from '#codecs/mcuboot-image.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { imageReader } from '#codecs/mcuboot-recipient.ts';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { readSwapState } from '#codecs/mcuboot-trailer.ts';
import { verifyMcubootImage } from '#codecs/mcuboot-verify.ts';
import { skipBecause } from '#contracts/skip.ts';
import type { Values } from '../command.ts';
import { signMcuboot } from './sign-mcuboot.ts';
import { mcubootRequest } from './sign-mcuboot-options.ts';

const code = Uint8Array.from({ length: 3000 }, (_, index) => index * 7);
const signing = generateKeyPairSync('ed25519');
const pem = String(signing.privateKey.export({ format: 'pem', type: 'pkcs8' }));
const key = { path: 'key.pem', name: 'key.pem', pem };
const BASE = { version: '1.2.3', 'pad-header': true } as const;
const SLOT = { slotSize: 0x4000, writeSize: 8, maxAlign: 8, maxSectors: 128 } as const;

function signed(values: Values, bytes: Uint8Array = code): Uint8Array {
  return signMcuboot(bytes, mcubootRequest(values), [key]);
}

function parsed(bytes: Uint8Array): McubootImage {
  const image = parseMcubootImage(bytes);
  return isDefect(image) ? assert.fail(JSON.stringify(image)) : image;
}

function valuesOf(image: McubootImage, type: number): readonly string[] {
  const entries = [...image.protectedTlvs, ...image.unprotectedTlvs];
  return entries.filter((tlv) => tlv.type === type).map(({ value }) => Buffer.from(value).toString('hex'));
}

function refusal(values: Values): string {
  try {
    signed({ ...BASE, ...values });
  } catch (error) {
    if (isAssayError(error)) return error.code;
    throw error;
  }
  return assert.fail('it was signed');
}

describe('Signing for MCUboot with every option', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-sign-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('puts each claim under the signature', () => {
    const image = parsed(
      signed({
        ...BASE,
        counter: '9',
        dependency: ['1=2.0.0+5'],
        vid: 'example.com',
        cid: 'gadget',
        'custom-tlv': ['0xa5=0102'],
        'boot-record': 'SPE',
        'load-addr': '0x20001000',
      }),
    );
    assert.deepEqual(valuesOf(image, 0xa5), ['0102']);
    assert.equal(valuesOf(image, TLV.vendorId).length, 1);
    assert.equal(valuesOf(image, TLV.classId).length, 1);
    assert.equal(valuesOf(image, TLV.bootRecord).length, 1);
    const [dependency = ''] = valuesOf(image, TLV.dependency);
    assert.deepEqual(decodeDependency(Buffer.from(dependency, 'hex')), {
      image: 1,
      version: { major: 2, minor: 0, revision: 0, build: 5 },
    });
    assert.equal(image.header.loadAddress, 0x2000_1000);
    assert.equal(image.header.flags & HEADER_FLAG.ramLoad, HEADER_FLAG.ramLoad);
  });

  it('keeps the claims of an image that it signs again, but for those that are given anew', () => {
    const first = signed({
      ...BASE,
      counter: '9',
      dependency: ['1=2.0.0'],
      'custom-tlv': ['0xa5=01', '0xa6=02'],
    });
    const image = parsed(signed({ 'custom-tlv': ['0xa5=03'] }, first));
    assert.deepEqual(valuesOf(image, 0xa5), ['03']);
    assert.deepEqual(valuesOf(image, 0xa6), ['02']);
    assert.equal(valuesOf(image, TLV.dependency).length, 1);
    assert.deepEqual(valuesOf(image, TLV.securityCounter), ['09000000']);
  });

  it('signs the image itself, and brings the whole key, where asked to', () => {
    const image = parsed(signed({ ...BASE, pure: true, 'full-key': true }));
    assert.deepEqual(valuesOf(image, TLV.pureSignature), ['01']);
    assert.equal(valuesOf(image, TLV.publicKey).length, 1);
    const check = verifyMcubootImage(signed({ ...BASE, pure: true }), { keys: [mcubootKey(pem)] });
    assert.equal(check.valid, true);
  });

  it('encrypts for a reader, who can check what others cannot', () => {
    const reader = generateKeyPairSync('x25519');
    const path = join(folder, 'reader.pem');
    writeFileSync(path, reader.publicKey.export({ format: 'pem', type: 'spki' }));
    const bytes = signed({ ...BASE, encrypt: path });
    assert.equal(Buffer.from(bytes).includes(Buffer.from(code.subarray(100, 200))), false);
    const keys = [mcubootKey(pem)];
    const readers = [imageReader(String(reader.privateKey.export({ format: 'pem', type: 'pkcs8' })))];
    assert.equal(verifyMcubootImage(bytes, { keys, readers }).valid, true);
    assert.equal(verifyMcubootImage(bytes, { keys }).valid, false);
  });

  it('fills the slot up to a trailer that asks for a trial, or for good', () => {
    for (const [wish, imageOk] of [
      ['pad', 'unset'],
      ['confirm', 'set'],
    ] as const) {
      const slot = signed({ ...BASE, 'slot-size': '0x4000', align: '8', [wish]: true });
      assert.equal(slot.length, SLOT.slotSize);
      const state = readSwapState(slot, SLOT);
      assert.deepEqual([state.magic, state.imageOk], ['good', imageOk]);
    }
  });

  it('says which option does not fit', () => {
    assert.equal(refusal({ dependency: ['2.0.0'] }), 'dependency-invalid');
    assert.equal(refusal({ dependency: ['256=2.0.0'] }), 'dependency-invalid');
    assert.equal(refusal({ 'custom-tlv': ['0x10=00'] }), 'custom-tlv-invalid');
    assert.equal(refusal({ 'custom-tlv': ['0xa0=0'] }), 'custom-tlv-invalid');
    assert.equal(refusal({ cid: 'gadget' }), 'uuid');
    assert.equal(refusal({ pad: true }), 'slot-size-invalid');
    assert.equal(refusal({ 'slot-size': '0x4000' }), 'slot-size-invalid');
    assert.equal(refusal({ pad: true, confirm: true, 'slot-size': '0x4000' }), 'slot-size-invalid');
    assert.equal(refusal({ pad: true, align: '3', 'slot-size': '0x4000' }), 'align-invalid');
    assert.equal(refusal({ pad: true, 'slot-size': '0x1000' }), 'image-too-big');
    assert.equal(refusal({ 'load-addr': '1', 'rom-fixed': '2' }), 'mcuboot-build');
  });

  it('makes what imgtool verifies, claims and all', function () {
    const tool = process.env['ASSAY_IMGTOOL'] ?? 'imgtool';
    const file = join(folder, 'all.bin');
    writeFileSync(join(folder, 'key.pem'), pem, { mode: 0o600 });
    writeFileSync(
      file,
      signed({
        ...BASE,
        dependency: ['1=2.0.0'],
        'custom-tlv': ['0xa5=0102'],
        'slot-size': '0x4000',
        align: '8',
        pad: true,
      }),
    );
    const { error, status, stdout } = spawnSync(tool, ['verify', '-k', join(folder, 'key.pem'), file], {
      encoding: 'utf8',
    });
    if (error !== undefined) skipBecause(this, 'no imgtool; set ASSAY_IMGTOOL');
    assert.equal(status, 0, stdout);
    assert.match(stdout, /1\.2\.3/);
  });
});
