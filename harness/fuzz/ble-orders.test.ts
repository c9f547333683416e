import assert from 'node:assert/strict';
import { conversationOrders, ordersOf } from '#fuzz/ble-orders.ts';

const orders = conversationOrders({ readable: 3, writable: 5 }, 3);

describe('orders of a conversation', () => {
  it('are all of up to so many steps, the shorter ones first', () => {
    assert.deepEqual(ordersOf(['a', 'b'], 2), [['a'], ['b'], ['a', 'a'], ['a', 'b'], ['b', 'a'], ['b', 'b']]);
    assert.deepEqual(ordersOf(['a'], 0), []);
  });

  it('hold every life of a channel and of prepared writes once', () => {
    assert.equal(orders.length, 5 + 25 + 125 + 4 + 16 + 64);
    assert.equal(new Set(orders.map(({ name }) => name)).size, orders.length);
  });

  for (const name of [
    'channel open, half, excess',
    'channel open, half, close, open',
    'writes prepare far, execute, execute',
  ]) {
    it(`hold ${name}, each step answered before the next, on a link of its own`, () => {
      const found = orders.find((one) => one.name === name);
      const steps = found?.steps.map((step) => step.do) ?? assert.fail('not there');
      assert.equal(found?.ownLink, true);
      assert.ok(steps.every((step, index) => (step === 'settle') === (index % 2 === 1)));
    });
  }
});
