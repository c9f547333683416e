import assert from 'node:assert/strict';
import type { CborValue } from '#codecs/cbor.ts';
import { decodeSmp, encodeSmp, SMP_OP } from '#codecs/smp.ts';
import type { McubootChip } from '#virtual/mcuboot/chip.ts';
import { profileWith } from '#virtual/mcuboot/profile.ts';
import { NRF52840_LAYOUT, referenceChipOf, referenceImage } from '#virtual/mcuboot/reference.ts';

const { primary } = NRF52840_LAYOUT;
const IMAGE = 1;
const STATE = 0;
const UPLOAD = 1;

type Members = readonly (readonly [string, CborValue])[];

/** A chip that has nothing to boot, in recovery. */
function recovering(images: 1 | 2 = 1) {
  const chip = referenceChipOf(profileWith({ serialRecovery: true, images }));
  const content = chip.storage.save();
  content.flash.fill(0xff, primary.offset, primary.offset + primary.size);
  chip.storage.load(content);
  assert.equal(chip.boot().app, null);
  let resets = 0;
  const server = chip.recovery(() => (resets += 1)) ?? assert.fail('no recovery');
  const ask = (op: number, group: number, command: number, members: Members = []) => {
    const [answer] = server.handle(encodeSmp({ op, version: 1, group, sequence: 7, command }, members));
    const decoded = decodeSmp(answer ?? assert.fail('no answer'));
    return decoded.ok ? decoded.message : assert.fail(decoded.why);
  };
  return { chip, server, ask, resets: () => resets };
}

function upload(ask: ReturnType<typeof recovering>['ask'], image: Uint8Array, chunk = 500): number {
  let [offset, rounds] = [0, 0];
  while (offset < image.length && rounds < 100) {
    const data = image.slice(offset, offset + chunk);
    const members: Members = [
      ['off', offset],
      ['data', data],
      ...(offset === 0 ? ([['len', image.length]] as const) : []),
    ];
    const { map } = ask(SMP_OP.write, IMAGE, UPLOAD, members);
    assert.equal(map.get('rc'), 0);
    offset = Number(map.get('off'));
    rounds += 1;
  }
  return offset;
}

function runs(chip: McubootChip): string | null {
  return chip.boot().app?.version ?? null;
}

describe('virtual/mcuboot serial recovery', () => {
  it('is there only where it is built in', () => {
    assert.equal(
      referenceChipOf(profileWith({})).recovery(() => undefined),
      null,
    );
  });

  it('takes an image into the primary slot, whatever it is, and the next boot looks at it', () => {
    const { chip, ask, resets } = recovering();
    const image = referenceImage({ version: '1.4.0', counter: 2, size: 9001 });
    // Chunks that are no whole words are taken short, and asked for again.
    assert.equal(upload(ask, image, 333), image.length);
    assert.equal(ask(SMP_OP.write, 0, 5).map.get('rc'), 0);
    assert.equal(resets(), 1);
    assert.equal(runs(chip), '1.4.0');
    const forged = image.slice();
    forged[1000] = (forged[1000] ?? 0) ^ 1;
    assert.equal(upload(ask, forged), forged.length);
    assert.equal(runs(chip), null);
  });

  it('lists valid images by slot and version, and no more of them', () => {
    const { ask } = recovering();
    assert.deepEqual(ask(SMP_OP.read, IMAGE, STATE).map.get('images'), []);
    upload(ask, referenceImage({ version: '1.4.0' }));
    const [entry] = ask(SMP_OP.read, IMAGE, STATE).map.get('images') as Map<string, CborValue>[];
    assert.deepEqual(
      [...(entry ?? [])],
      [
        ['slot', 0],
        ['version', '1.4.0'],
      ],
    );
  });

  it('takes the second image of a pair into its own slot', () => {
    const { chip, ask } = recovering(2);
    const { map } = ask(SMP_OP.write, IMAGE, UPLOAD, [
      ['image', 1],
      ['off', 0],
      ['len', 64],
      ['data', new Uint8Array(64).fill(0x11)],
    ]);
    assert.equal(map.get('off'), 64);
    assert.equal(chip.storage.bytes[0xf_8000], 0x11);
  });

  it('answers a chunk at the wrong place with the right one, and refuses what does not fit', () => {
    const { ask } = recovering();
    const data = new Uint8Array(64);
    const send = (members: Members) => ask(SMP_OP.write, IMAGE, UPLOAD, members).map;
    assert.equal(
      send([
        ['off', 0],
        ['len', 256],
        ['data', data],
      ]).get('off'),
      64,
    );
    assert.deepEqual(
      [
        ...send([
          ['off', 128],
          ['data', data],
        ]),
      ],
      [
        ['rc', 0],
        ['off', 64],
      ],
    );
    assert.equal(
      send([
        ['off', 64],
        ['data', new Uint8Array(300)],
      ]).get('rc'),
      3,
    );
    for (const members of [
      [['data', data]],
      [['off', 0]],
      [
        ['off', 0],
        ['data', data],
      ],
      [
        ['off', 0],
        ['len', primary.size + 1],
        ['data', data],
      ],
      [
        ['off', 0],
        ['len', 64],
        ['data', data],
        ['image', 4],
      ],
      [
        ['off', 'x'],
        ['data', data],
      ],
    ] satisfies Members[]) {
      assert.equal(send(members).get('rc'), 3);
    }
  });

  it('does not hold the first chunk against the announced length', () => {
    const { chip, ask } = recovering();
    const data = new Uint8Array(64).fill(0x11);
    const { map } = ask(SMP_OP.write, IMAGE, UPLOAD, [
      ['off', 0],
      ['len', 8],
      ['data', data],
    ]);
    assert.deepEqual([map.get('rc'), map.get('off')], [0, 64]);
    assert.equal(chip.storage.bytes[primary.offset + 63], 0x11);
  });

  it('echoes, and says of everything else that it does not know it', () => {
    const { ask } = recovering();
    assert.equal(ask(SMP_OP.write, 0, 0, [['d', 'hello']]).map.get('r'), 'hello');
    assert.equal(ask(SMP_OP.write, 0, 0, [['x', 'hello']]).map.get('rc'), 3);
    assert.equal(ask(SMP_OP.write, 0, 1).map.get('rc'), 0);
    assert.equal(ask(SMP_OP.write, IMAGE, STATE, [['confirm', true]]).map.get('rc'), 8);
    assert.equal(ask(SMP_OP.read, 0, 7).map.get('rc'), 8);
    assert.equal(ask(SMP_OP.read, 63, 0).map.get('rc'), 8);
  });

  it('is silent where a packet is no request', () => {
    const { server } = recovering();
    const packet = encodeSmp({ op: SMP_OP.write, version: 1, group: 0, sequence: 1, command: 1 }, []);
    assert.deepEqual(server.handle(packet.subarray(0, 7)), []);
    assert.deepEqual(server.handle(Uint8Array.from([1, ...packet.subarray(1)])), []);
    const short = packet.slice();
    short[3] = 0;
    assert.deepEqual(server.handle(short), []);
    const long = packet.slice();
    long[3] = 200;
    assert.equal(server.handle(long).length, 1);
  });
});
