import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import {
  DFU_SIGNATURE,
  DFU_TYPE,
  encodeCommand,
  type InitCommand,
  parseInitPacket,
  signedPacket,
} from '#codecs/dfu-init-packet.ts';
import { dfuSigningKey } from '#codecs/dfu-key.ts';
import {
  buildDfuPackage,
  type DfuImage,
  type DfuPackage,
  encodeDfuPackage,
  encodeImagePacket,
  initCommandFor,
  parseDfuPackage,
} from '#codecs/dfu-package.ts';
import { verificationLines, verifyDfuPackage } from '#codecs/dfu-verify.ts';
import { writeZip } from '#codecs/dfu-zip.ts';
import { testSigningKey } from '#codecs/mcuboot-key.ts';

const key = dfuSigningKey(testSigningKey('dfu').pem);
const foreign = dfuSigningKey(testSigningKey('dfu foreign').pem);
const keys = [
  { name: 'foreign', key: foreign },
  { name: 'product', key },
];
const firmware = Uint8Array.from({ length: 300 }, (_, i) => i & 0xff);
const init = initCommandFor('application', firmware, { hwVersion: 52, fwVersion: 3 });

function packageOf(changed: Partial<InitCommand> = {}, signer: typeof key | null = key): DfuPackage {
  return buildDfuPackage(
    [{ kind: 'application', name: 'app', firmware, init: { ...init, ...changed } }],
    signer,
  );
}

/** The package with something else in place of the image's own. */
function withImage(change: Partial<DfuImage>): DfuPackage {
  const made = packageOf();
  const [image] = made.images;
  assert.ok(image);
  return { ...made, images: [{ ...image, ...change }] };
}

function withDat(dat: Uint8Array): DfuPackage {
  return withImage({ dat });
}

function outcome(made: DfuPackage, trusted = keys): Readonly<Record<string, string>> {
  const { checks } = verifyDfuPackage(encodeDfuPackage(made), trusted);
  return Object.fromEntries(
    checks.filter(({ result }) => result !== 'holds').map(({ check, detail }) => [check, detail]),
  );
}

describe('DFU package verification', () => {
  it('says of a sound package what holds, and by which key', () => {
    const found = verifyDfuPackage(encodeDfuPackage(packageOf()), keys);
    assert.ok(found.holds);
    assert.deepEqual(
      found.checks.map(({ check }) => check),
      ['zip', 'manifest', 'init-packet', 'limits', 'type', 'sizes', 'hash', 'signature', 'boot-validation'],
    );
    assert.deepEqual(JSON.parse(JSON.stringify(found)), found);
    assert.equal(found.checks.find(({ check }) => check === 'signature')?.key, 'product');
    assert.match(
      verificationLines(found).join('\n'),
      /holds {2}application signature: by product \([0-9a-f]{16}\.\.\.\)/,
    );
  });

  it('gives a package back', () => {
    const made = { ...packageOf(), others: [{ name: 'notes.txt', bytes: Uint8Array.of(1) }] };
    const parsed = parseDfuPackage(encodeDfuPackage(made));
    assert.deepEqual(parsed, made);
    const { checks } = verifyDfuPackage(encodeDfuPackage(made), keys);
    assert.match(checks.find(({ check }) => check === 'manifest')?.detail ?? '', /does not name "notes.txt"/);
  });

  it('takes two images in the order of installing', () => {
    const combined = initCommandFor('softdeviceBootloader', firmware, {
      sdSize: 200,
      blSize: 100,
      bootValidation: [
        { type: 3, bytes: key.sign(firmware.subarray(0, 200)) },
        { type: 1, bytes: new Uint8Array() },
      ],
    });
    const made = buildDfuPackage(
      [
        { kind: 'softdevice_bootloader', name: 'sd_bl', firmware, init: combined },
        { kind: 'application', name: 'app', firmware, init },
      ],
      key,
    );
    assert.deepEqual(outcome(made), {});
    const [first, second] = made.manifest.entries;
    assert.ok(first && second);
    const lying = { entries: [{ ...first, sizes: { blSize: 1, sdSize: 2 } }, second] };
    assert.deepEqual(Object.keys(outcome({ ...made, manifest: lying })), ['sizes']);
  });

  const packet = parseInitPacket(encodeImagePacket(init, key));
  assert.ok(!isDfuDefect(packet));
  const signature = packet.signature?.bytes ?? new Uint8Array();
  const unhashed = init.hash ?? { type: 3, bytes: new Uint8Array() };
  const cases: readonly (readonly [why: string, made: DfuPackage, fails: readonly string[]])[] = [
    ['another firmware', withImage({ firmware: firmware.toReversed() }), ['hash']],
    ['a longer firmware', withImage({ firmware: new Uint8Array(301) }), ['sizes', 'hash']],
    [
      'a hash in plain order',
      packageOf({ hash: { ...unhashed, bytes: unhashed.bytes.toReversed() } }),
      ['hash'],
    ],
    ['a CRC instead of a hash', packageOf({ hash: { ...unhashed, type: 1 } }), ['hash']],
    ['no hash', packageOf({ hash: null }), ['hash']],
    ['no signature', packageOf({}, null), ['signature']],
    [
      'a signature of another command',
      withDat(signedPacket(encodeCommand({ ...init, fwVersion: 4 }), signature)),
      ['signature'],
    ],
    [
      'an Ed25519 signature',
      withDat(signedPacket(packet.command, signature, DFU_SIGNATURE.ed25519)),
      ['signature'],
    ],
    ['a short signature', withDat(signedPacket(packet.command, signature.slice(1))), ['signature']],
    ['a long signature', withDat(signedPacket(packet.command, new Uint8Array(65))), ['limits', 'signature']],
    ['another type', packageOf({ type: DFU_TYPE.bootloader }), ['type']],
    ['no size', packageOf({ appSize: null }), ['sizes']],
    ['no hardware version', packageOf({ hwVersion: null }), ['limits']],
    ['17 SoftDevices', packageOf({ sdReq: Array.from({ length: 17 }, (_, i) => i) }), ['limits']],
    [
      'four boot validations',
      packageOf({ bootValidation: Array.from({ length: 4 }, () => ({ type: 0, bytes: new Uint8Array() })) }),
      ['limits'],
    ],
    [
      'a foreign boot validation',
      packageOf({ bootValidation: [{ type: 3, bytes: key.sign(Uint8Array.of(1)) }] }),
      ['boot-validation'],
    ],
    ['an init packet that is none', withDat(Uint8Array.of(1, 2, 3)), ['init-packet']],
  ];
  for (const [why, made, fails] of cases) {
    it(`fails on ${why}: ${fails.join(', ')}`, () => assert.deepEqual(Object.keys(outcome(made)), fails));
  }

  it('does not hold where no key was given, or only another', () => {
    const bytes = encodeDfuPackage(packageOf());
    const { holds, checks } = verifyDfuPackage(bytes, []);
    assert.ok(!holds);
    assert.equal(checks.find(({ check }) => check === 'signature')?.result, 'unchecked');
    assert.deepEqual(outcome(packageOf(), [{ name: 'foreign', key: foreign }]), {
      signature: 'by none of the keys given',
    });
  });

  it('signs the op code not at all, as the boot loader', () => {
    const reset = signedPacket(encodeCommand(init, 0), signature);
    assert.deepEqual(Object.keys(outcome(withDat(reset))), ['limits']);
  });

  it('says where a package is broken', () => {
    const missing = verifyDfuPackage(writeZip([]), keys);
    assert.deepEqual(
      missing.checks.map(({ check, result }) => [check, result]),
      [
        ['zip', 'holds'],
        ['manifest', 'fails'],
      ],
    );
    assert.deepEqual(
      verifyDfuPackage(new Uint8Array(), keys).checks.map(({ check, result }) => [check, result]),
      [['zip', 'fails']],
    );
  });

  it('takes any bytes', () => {
    const sound = encodeDfuPackage(packageOf());
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = sound.slice();
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const { checks } = verifyDfuPackage(bytes, keys);
        assert.ok(checks.length > 0);
      }),
    );
  });
});
