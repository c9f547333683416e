import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { buildMcubootImage, type McubootBuild } from '#codecs/mcuboot-build.ts';
import {
  encodeMcubootImage,
  findTlv,
  hashedBytes,
  imageIdentity,
  isDefect,
  type McubootImage,
  parseMcubootImage,
} from '#codecs/mcuboot-image.ts';
import { developmentKey, mcubootKey, testSigningKey, verifyDigest } from '#codecs/mcuboot-key.ts';
import { type Tlv, TLV } from '#codecs/mcuboot-tlv.ts';
import { encodeTrailer } from '#codecs/mcuboot-trailer.ts';
import { formatVersion, versionOf } from '#codecs/mcuboot-version.ts';
import { skipBecause } from '#contracts/skip.ts';

const IMGTOOL = process.env['ASSAY_IMGTOOL'] ?? 'imgtool';
const CLASS_ID = '0123456789abcdef0123456789abcdef';
const SLOT = 0x4000;
const signing = testSigningKey('peer');
const key = mcubootKey(signing.pem);

interface Dump {
  readonly header: Readonly<Record<string, number | string>>;
  readonly tlv_area: {
    readonly tlvs_prot?: readonly DumpedTlv[];
    readonly tlvs: readonly DumpedTlv[];
  };
}

interface DumpedTlv {
  readonly type: number;
  readonly len: number;
  readonly data: string;
}

let folder = '';

function imgtool(...args: readonly string[]): string {
  return execFileSync(IMGTOOL, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function signed(payload: Uint8Array, version: string, ...options: readonly string[]): Uint8Array {
  const out = join(folder, 'signed.bin');
  const common = [
    '-k',
    file('key.pem', signing.pem),
    '-v',
    version,
    '-H',
    '0x200',
    '--pad-header',
    '-S',
    `${SLOT}`,
  ];
  imgtool('sign', ...common, ...options, file('payload.bin', payload), out);
  return Uint8Array.from(readFileSync(out));
}

function taken(bytes: Uint8Array): McubootImage {
  const image = parseMcubootImage(bytes);
  if (isDefect(image)) assert.fail(JSON.stringify(image));
  return image;
}

function dumped(tlvs: readonly Tlv[]): readonly DumpedTlv[] {
  return tlvs.map(({ type, value }) => ({
    type,
    len: value.length,
    data: Buffer.from(value).toString('hex'),
  }));
}

const cases: readonly [string, Omit<McubootBuild, 'key'>, readonly string[]][] = [
  ['a plain image', { version: versionOf('1.2.3'), payload: Buffer.from('plain payload') }, []],
  [
    'counter, class id and build number',
    {
      version: versionOf('255.255.65535+4294967295'),
      payload: new Uint8Array(1001).fill(0x5a),
      securityCounter: 7,
      classId: Buffer.from(CLASS_ID, 'hex'),
    },
    ['-s', '7', '--cid', CLASS_ID],
  ],
  [
    'flags and a custom entry',
    {
      version: versionOf('0.0.1'),
      payload: new Uint8Array(32),
      flags: 0x10,
      protectedTlvs: [{ type: 0xa5, value: Buffer.from('deadbeef', 'hex') }],
    },
    ['--non-bootable', '--custom-tlv', '0xa5', '0xdeadbeef'],
  ],
];

const REASON = 'imgtool is neither on PATH nor named by ASSAY_IMGTOOL (pip install imgtool)';
let isHere = true;

function peer(title: string, body: () => void): void {
  it(title, function () {
    if (!isHere) skipBecause(this, REASON);
    body();
  });
}

describe('MCUboot images against imgtool', () => {
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-imgtool-'));
    try {
      imgtool('version');
    } catch {
      isHere = false;
    }
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [what, build, options] of cases) {
    peer(`${what}: ours verifies and reads the same there`, () => {
      const bytes = buildMcubootImage({ ...build, key });
      const path = file('ours.bin', bytes);
      const answer = imgtool('verify', '-k', file('key.pem', signing.pem), path);
      assert.match(answer, /Image was correctly validated/);
      const dump = JSON.parse(imgtool('dumpinfo', '-f', 'json', path)) as Dump;
      const image = taken(bytes);
      assert.deepEqual(dump.header, {
        magic: image.header.magic,
        load_addr: image.header.loadAddress,
        hdr_size: image.header.headerSize,
        protected_tlv_size: image.header.protectedSize,
        img_size: image.header.imageSize,
        flags: image.header.flags,
        version: `${formatVersion({ ...image.header.version, build: 0 })}+${image.header.version.build}`,
      });
      const shown = (tlvs: readonly DumpedTlv[] = []) =>
        tlvs.map(({ type, len, data }) => ({ type, len, data }));
      assert.deepEqual(shown(dump.tlv_area.tlvs), dumped(image.unprotectedTlvs));
      assert.deepEqual(shown(dump.tlv_area.tlvs_prot), dumped(image.protectedTlvs));
    });

    peer(`${what}: theirs verifies here, and differs from ours in the signature alone`, () => {
      const theirs = signed(build.payload, formatVersion(build.version), ...options);
      const image = taken(theirs);
      assert.deepEqual(encodeMcubootImage(image), theirs);
      const digest = sha256(hashedBytes(image));
      assert.equal(imageIdentity(image), Buffer.from(digest).toString('hex'));
      const signature = findTlv(image, TLV.ecdsaSignature) ?? assert.fail('no signature');
      assert.ok(verifyDigest(digest, signature, key.publicDer));
      const ours = taken(buildMcubootImage({ ...build, key }));
      assert.deepEqual(hashedBytes(ours), hashedBytes(image));
      assert.deepEqual(ours.unprotectedTlvs.slice(0, 2), image.unprotectedTlvs.slice(0, 2));
    });
  }

  peer('they refuse what we forge', () => {
    const bytes = buildMcubootImage({
      version: versionOf('1.0.0'),
      payload: new Uint8Array(100),
      key,
    }).slice();
    bytes[0x210] = 1;
    const path = file('forged.bin', bytes);
    assert.throws(() => imgtool('verify', '-k', file('key.pem', signing.pem), path));
    const foreign = buildMcubootImage({
      version: versionOf('1.0.0'),
      payload: new Uint8Array(100),
      key: mcubootKey(developmentKey().pem),
    });
    assert.throws(() => imgtool('verify', '-k', file('key.pem', signing.pem), file('foreign.bin', foreign)));
  });

  const paddings: readonly [readonly string[], number, number | undefined][] = [
    [['--pad'], 8, undefined],
    [['--confirm'], 8, 1],
    [['--confirm', '--align', '16', '--max-align', '16'], 16, 1],
    [['--pad', '--align', '32', '--max-align', '32'], 32, undefined],
  ];
  for (const [options, maxAlign, imageOk] of paddings) {
    peer(`${options.join(' ')}: the same trailer`, () => {
      const theirs = signed(new Uint8Array(50), '1.0.0', '-M', '16', ...options);
      assert.equal(theirs.length, SLOT);
      const shape = { slotSize: SLOT, maxAlign, writeSize: 4, maxSectors: 16 };
      const { offset, bytes } = encodeTrailer(shape, {
        magic: true,
        ...(imageOk === undefined ? {} : { imageOk }),
      });
      assert.deepEqual(theirs.subarray(offset), bytes);
    });
  }
});
