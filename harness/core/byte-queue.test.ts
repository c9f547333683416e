import assert from 'node:assert/strict';
import { ByteQueue } from '#core/byte-queue.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

async function drain(queue: ByteQueue): Promise<number[]> {
  const got: number[] = [];
  for await (const chunk of queue) got.push(...chunk);
  return got;
}

describe('core/byte-queue', () => {
  it('keeps the order, before and while somebody reads', async () => {
    const queue = new ByteQueue('line');
    queue.push(bytes(1, 2));
    const read = drain(queue);
    await Promise.resolve();
    queue.push(bytes(3));
    queue.push(bytes());
    await Promise.resolve();
    queue.push(bytes(4));
    queue.end();
    queue.push(bytes(5));
    assert.deepEqual(await read, [1, 2, 3, 4]);
  });

  it('gives an error after the last bytes', async () => {
    const queue = new ByteQueue('line');
    queue.push(bytes(1));
    queue.end(new Error('unplugged'));
    const got: number[] = [];
    const read = async () => {
      for await (const chunk of queue) got.push(...chunk);
    };
    await assert.rejects(read(), /unplugged/);
    assert.deepEqual(got, [1]);
  });

  it('tells a reader that came too late', async () => {
    const queue = new ByteQueue('line', 4);
    queue.push(bytes(1, 2, 3));
    queue.push(bytes(4, 5));
    await assert.rejects(drain(queue), { code: 'reader-too-slow' });
  });
});
