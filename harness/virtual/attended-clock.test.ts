import { deepEqual, equal, rejects } from 'node:assert/strict';
import { AttendedClock } from '#virtual/attended-clock.ts';
import { SimClock } from '#virtual/sim-clock.ts';

async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}

describe('attended clock', () => {
  it('stands still while only the board has timers, and moves while somebody waits', async () => {
    const board = new SimClock();
    const rig = new AttendedClock(board);
    let beats = 0;
    const beat = () => {
      beats += 1;
      board.setTimeout(beat, 10);
    };
    board.setTimeout(beat, 10);
    await turns();
    deepEqual([beats, rig.now()], [0, 0]);
    await rig.sleep(35);
    deepEqual([beats, rig.now()], [3, 35]);
    await turns();
    deepEqual([beats, rig.now()], [3, 35]);
  });

  it('moves while somebody attends without a deadline', async () => {
    const board = new SimClock();
    const rig = new AttendedClock(board);
    let rang = false;
    board.setTimeout(() => (rang = true), 10);
    const [leave, leaveToo] = [rig.attend(), rig.attend()];
    leave();
    leave();
    await turns();
    deepEqual([rang, rig.now()], [true, 10]);
    leaveToo();
    board.setTimeout(() => undefined, 10);
    await turns();
    equal(rig.now(), 10);
  });

  it('stops again when the last wait is given up', async () => {
    const board = new SimClock();
    const rig = new AttendedClock(board);
    board.setTimeout(() => board.setTimeout(() => undefined, 10), 10);
    const [first, second] = [rig.setTimeout(() => undefined, 1000), rig.setTimeout(() => undefined, 2000)];
    rig.clearTimeout(first);
    rig.clearTimeout(second);
    rig.clearTimeout(second);
    await turns();
    equal(rig.now(), 0);
    const abort = new AbortController();
    const sleeping = rig.sleep(1000, abort.signal);
    abort.abort(new Error('stopped'));
    await rejects(sleeping, /stopped/);
    await rejects(rig.sleep(1, abort.signal), /stopped/);
    await turns();
    equal(rig.now(), 0);
  });
});
