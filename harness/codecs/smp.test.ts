import assert from 'node:assert/strict';
import fc from 'fast-check';
import { complaintOf, errorName } from '#codecs/smp-error.ts';
import {
  decodeSmp,
  decodeSmpHeader,
  encodeSmp,
  encodeSmpHeader,
  IMAGE_COMMAND,
  OS_COMMAND,
  SMP_GROUP,
  SMP_OP,
} from '#codecs/smp.ts';
import type { CborMap, CborValue } from '#codecs/cbor.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const { os, image } = SMP_GROUP;

const vectors = [
  ['echo "hi" v1', SMP_OP.write, 0, os, 1, OS_COMMAND.echo, [['d', 'hi']], '0200000600000100a161646268 69'],
  ['echo "hi" v2', SMP_OP.write, 1, os, 1, OS_COMMAND.echo, [['d', 'hi']], '0a00000600000100a16164626869'],
  ['image state read', SMP_OP.read, 1, image, 2, IMAGE_COMMAND.state, [], '0800000100010200a0'],
  ['reset', SMP_OP.write, 1, os, 3, OS_COMMAND.reset, [], '0a00000100000305a0'],
  ['params', SMP_OP.read, 1, os, 4, OS_COMMAND.params, [], '0800000100000406a0'],
  [
    'confirm',
    SMP_OP.write,
    1,
    image,
    5,
    IMAGE_COMMAND.state,
    [['confirm', true]],
    '0a00000a00010500a167636f6e6669726df5',
  ],
] as const satisfies readonly (readonly [
  string,
  number,
  number,
  number,
  number,
  number,
  readonly (readonly [string, CborValue])[],
  string,
])[];

describe('codecs/smp', () => {
  for (const [what, op, version, group, sequence, command, members, expected] of vectors) {
    it(`encodes and decodes ${what} as computed`, () => {
      const encoded = encodeSmp({ op, version, group, sequence, command }, members);
      assert.equal(hex(encoded), expected.replaceAll(' ', ''));
      const result = decodeSmp(encoded);
      assert.ok(result.ok);
      assert.deepEqual([...result.message.map], members);
      assert.equal(result.message.sequence, sequence);
      assert.equal(result.message.trailing.length, 0);
    });
  }

  it('gives the header of a message whose payload is damaged', () => {
    const result = decodeSmp(bytes('0b 00 00 01 00 01 09 00 ff'));
    assert.ok(!result.ok);
    assert.equal(result.header?.sequence, 9);
    assert.match(result.why, /payload/);
  });

  it('refuses a message shorter or longer than its header says', () => {
    assert.equal(decodeSmp(bytes('0800000200010200a0')).ok, false);
    assert.equal(decodeSmp(bytes('0800000000010200a0')).ok, false);
    assert.equal(decodeSmp(bytes('08000000')).ok, false);
  });

  it('reports bytes behind the map instead of hiding them', () => {
    const result = decodeSmp(bytes('0900000300000100a0beef'));
    assert.ok(result.ok);
    assert.equal(hex(result.message.trailing), 'beef');
  });

  it('round-trips every header', () => {
    const u8 = fc.integer({ min: 0, max: 255 });
    const u16 = fc.integer({ min: 0, max: 0xffff });
    const header = fc.record(
      {
        op: fc.integer({ min: 0, max: 7 }),
        version: fc.integer({ min: 0, max: 3 }),
        flags: u8,
        length: u16,
        group: u16,
        sequence: u8,
        command: u8,
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(header, (value) => {
        assert.deepEqual(decodeSmpHeader(encodeSmpHeader(value)), value);
      }),
    );
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (noise) => {
        const result = decodeSmp(noise);
        if (!result.ok) assert.notEqual(result.why, '');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('codecs/smp-error', () => {
  const answer = (...members: readonly (readonly [string, CborValue])[]): CborMap => new Map(members);

  it('reads no code and code 0 as success', () => {
    assert.equal(complaintOf(answer()), null);
    assert.equal(complaintOf(answer(['rc', 0])), null);
    assert.equal(complaintOf(answer(['off', 512])), null);
  });

  it('reads version 1 errors with the reason', () => {
    assert.deepEqual(complaintOf(answer(['rc', 8], ['rsn', 'nope'])), {
      group: null,
      code: 8,
      text: 'MGMT_ERR_ENOTSUP (8): nope',
    });
  });

  it('reads version 2 errors with their group', () => {
    const err = new Map<string, CborValue>([
      ['group', 1],
      ['rc', 24],
    ]);
    assert.equal(complaintOf(answer(['err', err]))?.text, 'IMG_MGMT_ERR_INVALID_HASH (24)');
  });

  it('names codes of groups it does not know', () => {
    assert.equal(errorName(64, 5), 'GROUP_64_ERR_UNLISTED (5)');
    assert.equal(errorName(0, 3), 'OS_MGMT_ERR_QUERY_YIELDS_NO_ANSWER (3)');
    assert.equal(errorName(null, 999), 'MGMT_ERR_UNLISTED (999)');
  });
});
