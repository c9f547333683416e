import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InOrder } from '#core/in-order.ts';

describe('InOrder', () => {
  it('gives the pieces one after the other, however they come', () => {
    const pieces = fc.array(fc.array(fc.nat(), { maxLength: 5 }), { maxLength: 6 });
    fc.assert(
      fc.property(pieces, fc.infiniteStream(fc.nat()), (all, chances) => {
        const taken: number[] = [];
        const merge = new InOrder<number>((item) => taken.push(item));
        const queues = all.map((items, piece) => ({ piece, items: [...items] }));
        for (const chance of chances) {
          const [queue] = queues.splice(chance % Math.max(1, queues.length), 1);
          if (queue === undefined) break;
          const item = queue.items.shift();
          if (item === undefined) merge.end(queue.piece);
          else {
            merge.push(queue.piece, item);
            queues.push(queue);
          }
        }
        assert.deepEqual(taken, all.flat());
      }),
    );
  });
});
