import assert from 'node:assert/strict';
import { calm } from '#contracts/rigs.ts';
import type { CborValue } from '#codecs/cbor.ts';
import { encodeSmp, type SmpMessage } from '#codecs/smp.ts';
import { consoleBench } from '#drivers/channel/console.fixture.ts';
import { slotsOf } from '#drivers/identity/image-state.ts';
import { SmpIdentity } from '#drivers/identity/smp.ts';

type Members = readonly (readonly [string, CborValue])[];

const map = (members: Members) => new Map<string, CborValue>(members);
const hash = new Uint8Array(32).fill(0xab);
const reply = (request: SmpMessage, members: Members) => [
  encodeSmp({ ...request, op: request.op + 1 }, members),
];

describe('drivers/identity/image-state', () => {
  it('takes absent flags for false and other images for none of its business', () => {
    const slots = slotsOf(
      map([
        [
          'images',
          [
            map([
              ['slot', 0],
              ['version', '1.2.0.7'],
              ['hash', hash],
              ['active', true],
            ]),
            map([
              ['image', 1],
              ['slot', 0],
            ]),
          ],
        ],
      ]),
    );
    assert.deepEqual(slots, [
      { slot: 0, version: '1.2.0+7', hash: 'ab'.repeat(32), active: true, confirmed: false, pending: false },
    ]);
  });

  it('makes nothing of nonsense', () => {
    for (const images of [
      undefined,
      5,
      'text',
      [],
      [1, 'two', null],
      [map([['slot', 'zero']])],
    ] as CborValue[]) {
      assert.deepEqual(slotsOf(map([['images', images]])), []);
    }
    const [odd] = slotsOf(
      map([
        [
          'images',
          [
            map([
              ['slot', 3],
              ['version', 9],
              ['hash', 'text'],
              ['active', 1],
            ]),
          ],
        ],
      ]),
    );
    assert.deepEqual(odd, {
      slot: 3,
      version: '',
      hash: '',
      active: false,
      confirmed: false,
      pending: false,
    });
  });
});

describe('drivers/identity/smp', () => {
  it('asks again after an error, until the application answers', async () => {
    let questions = 0;
    const bench = consoleBench((request) => {
      questions += 1;
      if (questions < 3) return reply(request, [['rc', 10]]);
      const slot = map([
        ['slot', 1],
        ['version', '2.0.0'],
        ['hash', hash],
        ['active', true],
        ['confirmed', true],
      ]);
      return reply(request, [['images', [slot]]]);
    });
    const seen = await new SmpIdentity(bench.client).read(calm());
    assert.deepEqual(seen, {
      running: true,
      identity: 'ab'.repeat(32),
      version: '2.0.0',
      slot: 'slot1',
      confirmed: true,
      how: 'SMP image state',
    });
    await bench.hub.close();
  });

  it('says what came instead, with the last console lines', async () => {
    const bench = consoleBench((request) => {
      bench.uart.print(['W: not ready']);
      return reply(request, [['images', []]]);
    });
    const seen = await new SmpIdentity(bench.client).read(calm(1000));
    assert.deepEqual(seen.running, false);
    assert.match(seen.running ? '' : seen.why, /no slot is active; last console lines: .*not ready/);
    assert.ok(bench.clock.now() >= 1000 && bench.clock.now() < 1100);
    await bench.hub.close();
  });

  it('lists banners it saw on the console', async () => {
    const bench = consoleBench();
    const identity = new SmpIdentity(bench.client);
    bench.uart.print(['*** assay-fw demo v1.0.0 build 0123456789abcdef ***']);
    await bench.clock.sleep(20);
    assert.deepEqual(
      identity.boots().map((boot) => boot.buildId),
      ['0123456789abcdef'],
    );
    await bench.hub.close();
  });
});
