import assert from 'node:assert/strict';
import { RealClock } from '#drivers/clock.ts';

describe('drivers/clock', () => {
  it('starts near zero, sleeps, and never goes back', async () => {
    const clock = new RealClock();
    const before = clock.now();
    await clock.sleep(5);
    clock.hold()();
    assert.ok(clock.now() > before);
  });

  it('calls and cancels timers', async () => {
    const clock = new RealClock();
    const called: string[] = [];
    clock.setTimeout(() => called.push('kept'), 1);
    clock.clearTimeout(clock.setTimeout(() => called.push('cancelled'), 1));
    await clock.sleep(10);
    assert.deepEqual(called, ['kept']);
  });

  it('wakes a sleeper with the reason of its signal', async () => {
    const clock = new RealClock();
    const stop = new AbortController();
    const sleeping = clock.sleep(60_000, stop.signal);
    stop.abort(new Error('enough'));
    await assert.rejects(sleeping, /enough/);
    await assert.rejects(clock.sleep(1, stop.signal), /enough/);
  });
});
