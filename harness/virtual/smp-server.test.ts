import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import fc from 'fast-check';
import type { CborMap, CborValue } from '#codecs/cbor.ts';
import { decodeSmpHeader, encodeSmp, IMAGE_COMMAND, OS_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import { referenceImage } from '#virtual/mcuboot/reference.ts';
import {
  ask,
  bench,
  refusal,
  state,
  upload,
  uploadAll,
  type Bench,
  type Members,
} from '#virtual/smp-server.fixture.ts';

const { os, image } = SMP_GROUP;
const { read, write } = SMP_OP;
const update = referenceImage({ version: '1.3.0', size: 3000, seed: 2 });
const digest = hash('sha256', update, 'buffer');
const first: Members = [
  ['len', update.length],
  ['sha', digest],
  ['off', 0],
  ['data', update.subarray(0, 256)],
];
const slots = (map: CborMap) =>
  (map.get('images') as CborMap[]).map((entry) => Object.fromEntries(entry) as Record<string, CborValue>);
const hashOf = (target: Bench, slot: number) =>
  slots(state(target)).find((entry) => entry['slot'] === slot)?.['hash'] as Uint8Array;
const erase = (target: Bench, members: Members = []) =>
  ask(target, { op: write, group: image, command: IMAGE_COMMAND.erase }, members);

describe('virtual/smp-server: os group', () => {
  it('echoes in both directions, in both versions', () => {
    const target = bench();
    for (const op of [read, write]) {
      for (const version of [0, 1]) {
        const answer = ask(target, { op, version, group: os, command: OS_COMMAND.echo }, [['d', 'hé']]);
        assert.deepEqual([...answer], [['r', 'hé']]);
      }
    }
  });

  it('tells its buffers, the boot loader and what runs', () => {
    const target = bench();
    const { params, bootloader, info } = OS_COMMAND;
    assert.equal(ask(target, { op: read, group: os, command: params }).get('buf_size'), 1024);
    assert.equal(ask(target, { op: read, group: os, command: bootloader }).get('bootloader'), 'MCUboot');
    const mode = ask(target, { op: read, group: os, command: bootloader }, [['query', 'mode']]);
    assert.deepEqual(Object.fromEntries(mode), { mode: 3, 'no-downgrade': true });
    const other = ask(target, { op: read, group: os, command: bootloader }, [['query', 'phase of the moon']]);
    assert.equal(refusal(other), 'OS_MGMT_ERR_QUERY_YIELDS_NO_ANSWER (3)');
    assert.equal(ask(target, { op: read, group: os, command: info }).get('output'), 'Zephyr');
    assert.equal(
      ask(target, { op: read, group: os, command: info }, [['format', 'vs']]).get('output'),
      'Zephyr 4.4.0',
    );
    assert.match(
      refusal(ask(target, { op: read, group: os, command: info }, [['format', 'z']])) ?? '',
      /INVALID_FORMAT/,
    );
  });

  it('restarts on request, whatever the payload', () => {
    const target = bench();
    ask(target, { op: write, group: os, command: OS_COMMAND.reset }, [['force', 17]]);
    assert.equal(target.resets, 1);
  });

  it('refuses an answer that does not fit its buffer', () => {
    const answer = ask(bench(), { op: write, group: os, command: OS_COMMAND.echo }, [
      ['d', 'x'.repeat(1010)],
    ]);
    assert.equal(refusal(answer), 'MGMT_ERR_EMSGSIZE (7)');
  });
});

describe('virtual/smp-server: protocol', () => {
  it('refuses unknown groups, commands, directions and versions', () => {
    const target = bench();
    const cases = [
      [{ op: read, group: 77, command: 0 }, 8],
      [{ op: read, group: os, command: 200 }, 8],
      [{ op: read, group: os, command: OS_COMMAND.reset }, 8],
    ] as const;
    for (const [address, code] of cases) assert.equal(ask(target, address).get('rc'), code);
    const packet = encodeSmp({ op: read, version: 2, group: os, sequence: 1, command: 0 }, []);
    const [answer = new Uint8Array()] = target.server.handle(packet);
    assert.equal(decodeSmpHeader(answer)?.version, 1);
    assert.deepEqual([...answer.subarray(8)], [0xbf, 0x62, 0x72, 0x63, 13, 0xff]);
  });

  it('says that a header longer than its packet is corrupt', () => {
    const packet = Uint8Array.from([0x08, 0, 0xff, 0xff, 0, 1, 1, 0, 0xa0]);
    const [answer = new Uint8Array()] = bench().server.handle(packet);
    assert.equal(answer.at(-2), 9);
  });

  it('serves several requests of one packet, up to the first error', () => {
    const request = (sequence: number, command: number) =>
      encodeSmp({ op: read, version: 1, group: os, sequence, command }, []);
    const packet = Buffer.concat([request(1, 6), request(2, 6), request(3, 99), request(4, 6)]);
    const answers = bench().server.handle(packet);
    assert.deepEqual(
      answers.map((answer) => decodeSmpHeader(answer)?.sequence),
      [1, 2, 3],
    );
  });

  it('gives no answer to a header cut short', () => {
    assert.deepEqual(bench().server.handle(new Uint8Array(7)), []);
  });

  it('translates errors of a group for version 1', () => {
    const v1 = { op: write, version: 0, group: image, command: IMAGE_COMMAND.state };
    assert.equal(refusal(ask(bench(), v1)), 'MGMT_ERR_EINVAL (3)');
  });
});

describe('virtual/smp-server: image state', () => {
  it('lists what runs, and what was uploaded', () => {
    const target = bench();
    uploadAll(target, update);
    const [running, other] = slots(state(target));
    assert.deepEqual(
      [running?.['active'], running?.['confirmed'], running?.['version']],
      [true, true, '1.2.0'],
    );
    assert.deepEqual([other?.['active'], other?.['pending'], other?.['version']], [false, false, '1.3.0']);
  });

  it('marks an image for test or for good, once', () => {
    for (const permanent of [false, true]) {
      const target = bench();
      uploadAll(target, update);
      const answer = state(target, [
        ['hash', hashOf(target, 1)],
        ['confirm', permanent],
      ]);
      const other = slots(answer)[1];
      assert.deepEqual([other?.['pending'], other?.['permanent']], [true, permanent]);
    }
  });

  it('refuses what makes no sense', () => {
    const target = bench();
    uploadAll(target, update);
    const cases: readonly (readonly [Members, string])[] = [
      [[], 'INVALID_HASH (24)'],
      [[['hash', new Uint8Array(31)]], 'INVALID_HASH (24)'],
      [[['hash', new Uint8Array(32)]], 'HASH_NOT_FOUND (8)'],
      [[['hash', hashOf(target, 0)]], 'IMAGE_SETTING_TEST_TO_ACTIVE_DENIED (33)'],
    ];
    for (const [members, error] of cases)
      assert.equal(refusal(state(target, members)), `IMG_MGMT_ERR_${error}`);
  });

  it('takes an empty hash for none', () => {
    const target = bench();
    const empty = new Uint8Array();
    assert.equal(refusal(state(target, [['hash', empty]])), 'IMG_MGMT_ERR_INVALID_HASH (24)');
    const confirm: Members = [
      ['hash', empty],
      ['confirm', true],
    ];
    assert.equal(refusal(state(target, confirm)), null);
  });

  it('denies a confirmation while the self-test fails', () => {
    const target = bench();
    target.selfTest = false;
    assert.equal(refusal(state(target, [['confirm', true]])), 'IMG_MGMT_ERR_IMAGE_CONFIRMATION_DENIED (32)');
  });

  it('never erases what runs, nor what a revert needs', () => {
    const target = bench();
    uploadAll(target, update);
    assert.match(refusal(erase(target, [['slot', 0]])) ?? '', /NO_FREE_SLOT/);
    assert.match(refusal(erase(target, [['slot', 2]])) ?? '', /INVALID_SLOT/);
    state(target, [['hash', hashOf(target, 1)]]);
    target.chip.boot();
    assert.match(refusal(erase(target)) ?? '', /NO_FREE_SLOT/);
    assert.match(refusal(upload(target, first)) ?? '', /NO_FREE_SLOT/);
  });

  it('refuses an upload that the boot loader has no room to swap, to the byte', () => {
    const target = bench();
    const { maxImageSize } = target.chip.images;
    const sized = (length: number) => upload(target, [['len', length], ...first.slice(1)]);
    assert.match(refusal(sized(maxImageSize + 1)) ?? '', /TOO_LARGE/);
    assert.equal(refusal(sized(maxImageSize)), null);
  });

  it('erases the update slot and its session', () => {
    const target = bench();
    upload(target, first);
    assert.equal(refusal(erase(target)), null);
    assert.equal(
      refusal(
        upload(target, [
          ['off', 256],
          ['data', new Uint8Array(8)],
        ]),
      ),
      'IMG_MGMT_ERR_INVALID_OFFSET (20)',
    );
    assert.equal(slots(state(target)).length, 1);
  });

  it('tells the sizes of its slots', () => {
    const answer = ask(bench(), { op: read, group: image, command: IMAGE_COMMAND.slots });
    const [entry = new Map()] = answer.get('images') as CborMap[];
    const sizes = (entry.get('slots') as CborMap[]).map((slot) => slot.get('size'));
    assert.deepEqual(sizes, [0x7_6000, 0x7_6000]);
  });
});

describe('virtual/smp-server: any bytes', () => {
  const target = bench();
  const alive = () =>
    ask(target, { op: write, group: os, command: OS_COMMAND.echo }, [['d', 'still here']]).get('r');

  it('survives noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        for (const answer of target.server.handle(noise)) assert.ok(answer.length >= 8);
      }),
      { numRuns: 2000 },
    );
    assert.equal(alive(), 'still here');
  });

  it('survives damaged requests, and what runs stays', () => {
    const slot0 = () => hash('sha256', target.chip.storage.bytes.subarray(0, 0x8_2000), 'hex');
    const before = slot0();
    const requests = [
      encodeSmp({ op: write, version: 1, group: image, sequence: 1, command: 1 }, first),
      encodeSmp({ op: write, version: 1, group: image, sequence: 1, command: 0 }, [['hash', digest]]),
      encodeSmp({ op: write, version: 1, group: os, sequence: 1, command: 0 }, [['d', 'text']]),
    ];
    const damage = fc.tuple(
      fc.constantFrom(...requests),
      fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
    );
    fc.assert(
      fc.property(damage, ([request, edits]) => {
        const packet = request.slice();
        for (const [at, value] of edits) packet[at % packet.length] = value;
        target.server.handle(packet);
      }),
      { numRuns: 2000 },
    );
    assert.equal(alive(), 'still here');
    assert.equal(slot0(), before);
  });
});
