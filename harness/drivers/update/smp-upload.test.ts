import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { calm, Enough } from '#contracts/rigs.ts';
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

  describe('with several chunks under way', () => {
    /** A server with buffers for several, that is as far as `taken`; what `lost` picks never arrives. */
    function counting(lost: (index: number) => boolean = () => false) {
      let [taken, most] = [0, 0];
      const bench = consoleBench((request) => {
        if (request.group === SMP_GROUP.os) {
          return reply(request, [
            ['buf_size', 512],
            ['buf_count', 4],
          ]);
        }
        const offset = Number(request.map.get('off'));
        most = Math.max(most, offset - taken);
        if (lost(bench.asked.length)) return [];
        if (offset === taken) taken += (request.map.get('data') as Uint8Array).length;
        return reply(request, [['off', taken]]);
      });
      return { bench, taken: () => taken };
    }

    it('fills the line: three chunks take the time of three, not of three answers', async () => {
      const times = await Promise.all(
        [1, 3].map(async (window) => {
          const { bench } = counting();
          const began = bench.clock.now();
          assert.equal((await uploadImage(bench.client, image, { ...calm(), window })).accepted, true);
          await bench.hub.close();
          return bench.clock.now() - began;
        }),
      );
      assert.ok((times[1] ?? 0) < (times[0] ?? 0), String(times));
    });

    it('goes back to what was lost, and sends nothing twice but what came after it', async () => {
      const { bench, taken } = counting((index) => index === 4);
      const steps: number[] = [];
      const onProgress = (sent: number) => steps.push(sent);
      assert.equal((await uploadImage(bench.client, image, { ...calm(), onProgress })).accepted, true);
      assert.equal(taken(), image.length);
      assert.deepEqual(
        steps,
        [...steps].sort((a, b) => a - b),
      );
      const sent = bench.asked.slice(1).map((request) => Number(request.map.get('off')));
      assert.ok(sent.length > new Set(sent).size && sent.length <= new Set(sent).size + 3, String(sent));
      await bench.hub.close();
    });

    it('survives losses all along, up to silence', async () => {
      const { bench } = counting((index) => index % 3 === 0);
      assert.equal((await uploadImage(bench.client, image, calm())).accepted, true);
      await bench.hub.close();
      const silent = counting((index) => index > 3);
      await assert.rejects(uploadImage(silent.bench.client, image, calm()), {
        name: 'PeerError',
        code: 'no-answer',
        message: /fell silent at byte/,
      });
      await silent.bench.hub.close();
    });

    it('resumes where another client stopped, and measures the rate from there', async () => {
      const { bench, taken } = counting();
      const stop = new AbortController();
      const cut = (sent: number) => sent > 800 && stop.abort(new Enough());
      const first = uploadImage(bench.client, image, { signal: stop.signal, onProgress: cut });
      await assert.rejects(first, Enough);
      await bench.clock.sleep(1000);
      const resumedAt = taken();
      assert.ok(resumedAt > 800 && resumedAt < image.length);
      const rates: number[] = [];
      const offsets: number[] = [];
      const onProgress = (sent: number, _: number, rate = 0) => {
        offsets.push(sent);
        rates.push(rate);
      };
      assert.equal((await uploadImage(bench.client, image, { ...calm(), onProgress })).accepted, true);
      assert.equal(offsets[0], resumedAt);
      // No more than the line carries: 11,520 bytes a second in base64.
      assert.ok(
        rates.every((rate) => rate >= 0 && rate < 8700),
        String(rates),
      );
      await bench.hub.close();
    });
  });
});
