import { deepEqual, equal, rejects } from 'node:assert/strict';
import { SimClock } from '#virtual/sim-clock.ts';

describe('sim clock', () => {
  it('runs timers in order of time, then of setting, and jumps between them', async () => {
    const clock = new SimClock();
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name}@${clock.now()}`);
    clock.setTimeout(note('late'), 86_400_000);
    clock.setTimeout(note('a'), 10);
    clock.setTimeout(note('b'), 10);
    const dropped = clock.setTimeout(note('dropped'), 5);
    clock.clearTimeout(dropped);
    await clock.sleep(86_400_001);
    deepEqual(seen, ['a@10', 'b@10', 'late@86400000']);
  });

  it('stands still while held', async () => {
    const clock = new SimClock();
    const release = clock.hold();
    let woke = false;
    const sleeping = clock.sleep(1).then(() => (woke = true));
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    deepEqual([woke, clock.now()], [false, 0]);
    release();
    release();
    await sleeping;
    equal(clock.now(), 1);
  });

  it('lets everything that is ready run before time moves', async () => {
    const clock = new SimClock();
    const order: string[] = [];
    const timed = clock.sleep(1000).then(() => order.push('timer'));
    for (let i = 0; i < 50; i++) await Promise.resolve();
    order.push('work');
    await timed;
    deepEqual(order, ['work', 'timer']);
  });

  it('rejects an aborted sleep with the reason and forgets its timer', async () => {
    const clock = new SimClock();
    const abort = new AbortController();
    const sleeping = clock.sleep(1_000_000, abort.signal);
    abort.abort(new Error('stopped'));
    await rejects(sleeping, /stopped/);
    await rejects(clock.sleep(1, abort.signal), /stopped/);
    await clock.sleep(1);
    equal(clock.now(), 1);
  });
});
