import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import {
  DFU_SIGNATURE,
  DFU_TYPE,
  encodeCommand,
  encodeInitPacket,
  type InitCommand,
  type InitPacket,
  parseInitPacket,
  unsignedPacket,
} from '#codecs/dfu-init-packet.ts';
import { dfuSigningKey, verifyDfuSignature } from '#codecs/dfu-key.ts';
import { signInitPacket } from '#codecs/dfu-package.ts';
import { bytesField, varintField } from '#codecs/dfu-wire.ts';
import { testSigningKey } from '#codecs/mcuboot-key.ts';

/** Laid out by hand, field by field, as the boot loader's protobuf file orders them. */
const UNSIGNED = hexToBytes(
  [
    '0a44 0801', // Packet.command of 68 bytes; op_code INIT
    '1240 0800 1034 1a028c01', // Command.init of 64 bytes; fw_version 0, hw_version 52, sd_req [0x8c]
    '2000 2800 3000 38aca001', // type application, sd_size 0, bl_size 0, app_size 20524
    '4224 0803 1220', // hash: SHA-256, 32 bytes
    '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    '4800 52040801 1200', // is_debug false, boot_validation: CRC, no bytes
  ]
    .join('')
    .replaceAll(' ', ''),
);
const key = dfuSigningKey(testSigningKey('dfu').pem);

function parsed(bytes: Uint8Array): InitPacket {
  const packet = parseInitPacket(bytes);
  if (isDfuDefect(packet)) assert.fail(JSON.stringify(packet));
  return packet;
}

const SIGNED = signInitPacket(parsed(UNSIGNED), key);

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const typed = (limit: number) =>
  fc.record({ type: fc.nat(5), bytes: fc.uint8Array({ maxLength: limit }) }, { noNullPrototype: true });
const anyInit: fc.Arbitrary<InitCommand> = fc.record(
  {
    fwVersion: orNull(u32),
    hwVersion: orNull(u32),
    sdReq: fc.array(u32, { maxLength: 20 }),
    type: orNull(fc.nat(6)),
    sdSize: orNull(u32),
    blSize: orNull(u32),
    appSize: orNull(u32),
    hash: orNull(typed(40)),
    isDebug: orNull(fc.boolean()),
    bootValidation: fc.array(typed(70), { maxLength: 4 }),
  },
  { noNullPrototype: true },
);

describe('DFU init packet', () => {
  it('reads a packet laid out by hand, and writes it from its values', () => {
    const { init, opCode, signature } = parsed(UNSIGNED);
    assert.equal(opCode, 1);
    assert.equal(signature, null);
    assert.deepEqual(init, {
      fwVersion: 0,
      hwVersion: 52,
      sdReq: [0x8c],
      type: DFU_TYPE.application,
      sdSize: 0,
      blSize: 0,
      appSize: 20524,
      hash: { type: 3, bytes: Uint8Array.from({ length: 32 }, (_, i) => i) },
      isDebug: false,
      bootValidation: [{ type: 1, bytes: new Uint8Array() }],
    });
    assert.deepEqual(unsignedPacket(encodeCommand(init)), UNSIGNED);
  });

  it('signs the init message and what follows it, not the command, as the platform verifies', () => {
    const { signature, signedBytes, command } = parsed(signInitPacket(parsed(UNSIGNED), key));
    assert.equal(signature?.type, DFU_SIGNATURE.ecdsaP256);
    assert.deepEqual(signedBytes, UNSIGNED.subarray(6));
    const { bytes } = signature;
    const bigEndian = concatBytes(bytes.slice(0, 32).toReversed(), bytes.slice(32).toReversed());
    const platform = { key: createPublicKey(testSigningKey('dfu').pem), dsaEncoding: 'ieee-p1363' } as const;
    assert.ok(verify('sha256', signedBytes, platform, bigEndian));
    assert.ok(verifyDfuSignature(signedBytes, bytes, key));
    assert.ok(!verifyDfuSignature(command, bytes, key));
    assert.ok(!verifyDfuSignature(signedBytes, bigEndian, key), 'r and s are little-endian on the wire');
  });

  it('signs anew without touching the command, unknown fields and odd varints included', () => {
    const init = concatBytes(hexToBytes('08818000'), varintField(99, 7), bytesField(200, UNSIGNED));
    const command = concatBytes(hexToBytes('088100'), bytesField(2, init), varintField(50, 1));
    const packet = parsed(unsignedPacket(command));
    assert.equal(packet.init.fwVersion, 1);
    const signed = parsed(signInitPacket(packet, key));
    assert.deepEqual(signed.command, command);
    assert.deepEqual(signed.signedBytes, concatBytes(init, varintField(50, 1)), 'to the end of the command');
    assert.ok(verifyDfuSignature(signed.signedBytes, signed.signature?.bytes ?? new Uint8Array(), key));
    assert.deepEqual(signInitPacket(signed, key), encodeInitPacket(signed), 'deterministic');
  });

  it('reads sd_req that is not packed, and the last of two values', () => {
    const init = concatBytes(
      varintField(3, 5),
      hexToBytes('1a0406818000'),
      varintField(1, 1),
      varintField(1, 2),
    );
    const { sdReq, fwVersion } = parsed(unsignedPacket(bytesField(2, init))).init;
    assert.deepEqual(sdReq, [5, 6, 1]);
    assert.equal(fwVersion, 2);
  });

  const init = encodeCommand(parsed(UNSIGNED).init);
  const inInit = (...fields: Uint8Array[]) => unsignedPacket(bytesField(2, concatBytes(...fields)));
  const broken: readonly (readonly [why: string, bytes: Uint8Array, defect: string])[] = [
    ['nothing', new Uint8Array(), 'packet-missing'],
    ['more than is ever sent', new Uint8Array(20_000), 'packet-size'],
    ['a number of a thousand bytes', inInit(bytesField(3, new Uint8Array(1000).fill(0x80))), 'packet-end'],
    ['a packet cut short', SIGNED.slice(0, -1), 'packet-length'],
    ['both forms', concatBytes(UNSIGNED, SIGNED), 'packet-forms'],
    ['two commands', concatBytes(UNSIGNED, UNSIGNED), 'packet-twice'],
    ['two init messages', unsignedPacket(concatBytes(init, init)), 'packet-twice'],
    ['a command without init', unsignedPacket(varintField(1, 0)), 'packet-missing'],
    [
      'a signed command without signature',
      bytesField(2, concatBytes(bytesField(1, init), varintField(2, 0))),
      'packet-missing',
    ],
    ['a hash without bytes', inInit(bytesField(8, varintField(1, 3))), 'packet-missing'],
    ['a number where bytes belong', inInit(varintField(8, 3)), 'packet-kind'],
    ['bytes where a number belongs', inInit(bytesField(1, UNSIGNED)), 'packet-kind'],
    ['a version beyond 32 bits', inInit(hexToBytes('08ffffffff7f')), 'packet-range'],
    ['a varint of eleven bytes', hexToBytes('08ffffffffffffffffffff01'), 'packet-varint'],
    ['a varint of more than 64 bits', hexToBytes('08ffffffffffffffffff02'), 'packet-varint'],
    ['a length near 2^64', hexToBytes('0affffffffffffffffff01'), 'packet-length'],
    ['a group', hexToBytes('0b0c'), 'packet-wire-type'],
    ['field number 0', hexToBytes('0000'), 'packet-tag'],
    ['packed numbers cut short', inInit(hexToBytes('1a0181')), 'packet-end'],
    [
      'a packed number too long',
      inInit(bytesField(3, hexToBytes('ffffffffffffffffffffff01'))),
      'packet-varint',
    ],
  ];
  for (const [why, bytes, defect] of broken) {
    it(`refuses ${why}: ${defect}`, () => {
      const found = parseInitPacket(bytes);
      assert.ok(isDfuDefect(found), 'a defect');
      assert.equal(found.defect, defect);
      assert.ok(found.at >= 0 && found.at <= bytes.length, `offset ${found.at}`);
    });
  }

  it('names the offset of every cut', () => {
    for (let length = 0; length < SIGNED.length; length++) {
      assert.ok(isDfuDefect(parseInitPacket(SIGNED.slice(0, length))), `${length} bytes`);
    }
  });

  it('gives values back as they were written', () => {
    fc.assert(
      fc.property(anyInit, fc.nat(3), (command, opCode) => {
        const bytes = unsignedPacket(encodeCommand(command, opCode));
        const packet = parsed(bytes);
        assert.deepEqual(packet.init, command);
        assert.equal(packet.opCode, opCode);
        assert.deepEqual(encodeInitPacket(packet), bytes);
      }),
    );
  });

  it('gives back the bytes of whatever it reads, and a defect for the rest', () => {
    const mutated = fc
      .tuple(
        fc.constantFrom(UNSIGNED, SIGNED),
        fc.array(fc.tuple(fc.nat(143), fc.nat(255)), { maxLength: 3 }),
      )
      .map(([bytes, edits]) => {
        const copy = bytes.slice();
        for (const [at, byte] of edits) copy[at % copy.length] = byte;
        return copy;
      });
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (bytes) => {
        const packet = parseInitPacket(bytes);
        if (isDfuDefect(packet)) return;
        read += 1;
        assert.deepEqual(encodeInitPacket(packet), bytes);
      }),
      { numRuns: 1000 },
    );
    assert.ok(read > 50, `${read} of them were read`);
  });
});
