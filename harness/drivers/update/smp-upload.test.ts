import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { calm } from '#contracts/rigs.ts';
import type { CborValue } from '#codecs/cbor.ts';
import { encodeSmp, OS_COMMAND, SMP_GROUP, type SmpMessage } from '#codecs/smp.ts';
import { consoleBench } from '#drivers/channel/console.fixture.ts';
import { uploadImage } from '#drivers/update/smp-upload.ts';

type Members = readonly (readonly [string, CborValue])[];

const image = Uint8Array.from({ length: 2000 }, (_, index) => index & 0xff);
const reply = (request: SmpMessage, members: Members) => [
  encodeSmp({ ...request, op: request.op + 1 }, members),
];

/** A server with a given buffer, whose answers to upload requests are the test's. */
function server(answer: (request: SmpMessage, index: number) => Members | null, buffer: CborValue = 512) {
  let uploads = 0;
  return consoleBench((request) => {
    if (request.group === SMP_GROUP.os && request.command === OS_COMMAND.params) {
      return reply(request, [['buf_size', buffer]]);
    }
    const members = answer(request, uploads++);
    return members === null ? [] : reply(request, members);
  });
}

const honest = (request: SmpMessage): Members => [
  ['off', Number(request.map.get('off')) + (request.map.get('data') as Uint8Array).length],
];

describe('drivers/update/smp-upload', () => {
  it('names the session by the hash of the image, fills the buffer, and keeps words whole', async () => {
    const bench = server(honest);
    const receipt = await uploadImage(bench.client, image, calm());
    assert.deepEqual(receipt, { accepted: true, detail: '2000 bytes over SMP' });
    const [, first, ...rest] = bench.asked;
    assert.deepEqual(first?.map.get('sha'), Uint8Array.from(hash('sha256', image, 'buffer')));
    assert.equal(first?.map.get('len'), image.length);
    for (const request of bench.asked.slice(1)) {
      assert.ok(request.length + 8 <= 508, `${request.length} bytes`);
      const size = (request.map.get('data') as Uint8Array).length;
      assert.ok(request === bench.asked.at(-1) || size % 8 === 0);
    }
    assert.ok((rest[0]?.length ?? 0) > 480);
    await bench.hub.close();
  });

  for (const buffer of [undefined, 'large', -5, 1e9]) {
    it(`lives with a server that says its buffer has ${String(buffer)} bytes`, async () => {
      const bench = server(honest, buffer);
      assert.equal((await uploadImage(bench.client, image, calm())).accepted, true);
      await bench.hub.close();
    });
  }

  it('goes on wherever the server says it is, back or forward', async () => {
    const offsets: number[] = [];
    const bench = server((request, index) => {
      offsets.push(Number(request.map.get('off')));
      if (index === 0) return [['off', 1200]];
      return index === 1 ? [['off', 400]] : honest(request);
    });
    assert.equal((await uploadImage(bench.client, image, calm())).accepted, true);
    assert.deepEqual(offsets.slice(0, 3), [0, 1200, 400]);
    await bench.hub.close();
  });

  it('repeats a chunk whose answer was lost', async () => {
    const bench = server((request, index) => (index === 2 ? null : honest(request)));
    assert.equal((await uploadImage(bench.client, image, calm())).accepted, true);
    await bench.hub.close();
  });

  it('takes a refusal and a wrong hash for observations', async () => {
    const refusing = server(() => [
      ['rc', 6],
      ['rsn', 'not now'],
    ]);
    assert.deepEqual(await uploadImage(refusing.client, image, calm()), {
      accepted: false,
      step: 'upload',
      reason: 'MGMT_ERR_EBADSTATE (6): not now',
    });
    await refusing.hub.close();
    const mismatch = server(() => [
      ['off', image.length],
      ['match', false],
    ]);
    const receipt = await uploadImage(mismatch.client, image, calm());
    assert.deepEqual([receipt.accepted, receipt.accepted || receipt.step], [false, 'verify']);
    await mismatch.hub.close();
  });

  for (const [what, answer, code] of [
    ['never gets further', [['off', 0]], 'upload-stalled'],
    ['jumps outside the image', [['off', 2001]], 'nonsense-offset'],
    ['answers a negative offset', [['off', -1]], 'nonsense-offset'],
    ['answers text', [['off', 'next']], 'nonsense-offset'],
    ['answers nothing of use', [], 'nonsense-offset'],
  ] as const) {
    it(`blames a server that ${what}`, async () => {
      const bench = server(() => answer);
      await assert.rejects(uploadImage(bench.client, image, calm()), { name: 'PeerError', code });
      await bench.hub.close();
    });
  }

  it('blames a server that goes in circles', async () => {
    const bench = server((_, index) => [['off', index % 2 === 0 ? 800 : 400]]);
    await assert.rejects(uploadImage(bench.client, image, calm()), {
      name: 'PeerError',
      code: 'upload-stalled',
    });
    await bench.hub.close();
  });

  it('blames a server that falls silent', async () => {
    const bench = server((request, index) => (index < 2 ? honest(request) : null));
    await assert.rejects(uploadImage(bench.client, image, calm()), { name: 'PeerError', code: 'no-answer' });
    await bench.hub.close();
  });
});
