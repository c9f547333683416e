import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import type { CborMap, CborValue } from '#codecs/cbor.ts';
import { referenceImage } from '#virtual/mcuboot/reference.ts';
import { bench, refusal, upload, uploadAll, type Members } from '#virtual/smp-server.fixture.ts';

const update = referenceImage({ version: '1.3.0', size: 3000, seed: 2 });
const digest = hash('sha256', update, 'buffer');
const first: Members = [
  ['len', update.length],
  ['sha', digest],
  ['off', 0],
  ['data', update.subarray(0, 256)],
];
const replace = (key: string, value: CborValue): Members =>
  first.map(([name, old]) => [name, name === key ? value : old]);

describe('virtual/smp-upload', () => {
  const expected: readonly (readonly [string, Members, string])[] = [
    [
      'a first chunk shorter than a header',
      replace('data', update.subarray(0, 31)),
      'INVALID_IMAGE_HEADER (22)',
    ],
    ['no length', first.filter(([key]) => key !== 'len'), 'INVALID_LENGTH (21)'],
    ['no offset', first.filter(([key]) => key !== 'off'), 'INVALID_OFFSET (20)'],
    ['another magic', replace('data', new Uint8Array(64)), 'INVALID_IMAGE_HEADER_MAGIC (23)'],
    ['a hash of 33 bytes', replace('sha', new Uint8Array(33)), 'INVALID_HASH (24)'],
    ['more than the slot', replace('len', 0x7_6001), 'INVALID_IMAGE_TOO_LARGE (30)'],
    ['a first chunk longer than the image', replace('len', 100), 'INVALID_IMAGE_DATA_OVERRUN (31)'],
    [
      'a chunk without a session',
      [
        ['off', 512],
        ['data', new Uint8Array(8)],
      ],
      'INVALID_OFFSET (20)',
    ],
  ];
  for (const [what, members, error] of expected) {
    it(`refuses ${what}`, () => {
      const target = bench();
      const before = target.chip.storage.digest();
      assert.equal(refusal(upload(target, members)), `IMG_MGMT_ERR_${error}`);
      assert.equal(target.chip.storage.digest(), before);
    });
  }

  it('refuses members of the wrong type', () => {
    for (const [key, value] of [
      ['off', -1],
      ['len', 'big'],
      ['data', 'text'],
      ['sha', 5],
      ['upgrade', 1],
    ] as const) {
      const members: Members = [...first.filter(([name]) => name !== key), [key, value]];
      assert.equal(refusal(upload(bench(), members)), 'MGMT_ERR_EINVAL (3)', key);
    }
  });

  for (const chunk of [128, 250, 333]) {
    it(`stores the image byte for byte in chunks of ${chunk}`, () => {
      const target = bench();
      assert.equal(uploadAll(target, update, chunk).get('off'), update.length);
      assert.deepEqual(Buffer.from(target.chip.images.read(0, update.length)), Buffer.from(update));
    });
  }

  it('answers a chunk out of place with the offset it waits for, and writes nothing', () => {
    const target = bench();
    assert.equal(upload(target, first).get('off'), 256);
    const before = target.chip.storage.digest();
    for (const off of [0x1000, 1, 0xffff_ffff]) {
      assert.equal(
        upload(target, [
          ['off', off],
          ['data', new Uint8Array(16)],
        ]).get('off'),
        256,
      );
    }
    assert.equal(target.chip.storage.digest(), before);
  });

  it('resumes the session of the same hash, and starts anew for another', () => {
    const target = bench();
    upload(target, first);
    upload(target, [
      ['off', 256],
      ['data', update.subarray(256, 512)],
    ]);
    assert.equal(upload(target, first).get('off'), 512);
    assert.equal(upload(target, replace('sha', new Uint8Array(32).fill(1))).get('off'), 256);
  });

  it('refuses data beyond the length it was promised', () => {
    const target = bench();
    upload(target, replace('len', 300));
    const answer = upload(target, [
      ['off', 256],
      ['data', update.subarray(256, 512)],
    ]);
    assert.equal(refusal(answer), 'IMG_MGMT_ERR_INVALID_IMAGE_DATA_OVERRUN (31)');
  });

  it('says whether what arrived has the hash that was promised', () => {
    for (const [sha, match] of [
      [digest, true],
      [new Uint8Array(32), false],
    ] as const) {
      const target = bench();
      upload(target, replace('sha', sha));
      let last: CborMap = new Map();
      for (let off = 256; off < update.length; off += 512) {
        last = upload(target, [
          ['off', off],
          ['data', update.subarray(off, off + 512)],
        ]);
      }
      assert.equal(last.get('match'), match);
    }
  });

  it('takes only newer versions when asked to', () => {
    const target = bench();
    const same = referenceImage({ seed: 9 });
    const members = (data: Uint8Array): Members => [
      ['len', data.length],
      ['off', 0],
      ['data', data.subarray(0, 64)],
      ['upgrade', true],
    ];
    assert.match(refusal(upload(target, members(same))) ?? '', /CURRENT_VERSION_IS_NEWER/);
    assert.equal(upload(target, members(update)).get('off'), 64);
  });
});
