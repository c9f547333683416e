import assert from 'node:assert/strict';
import { waitFor } from '#core/wait.ts';
import { SimClock } from '#virtual/sim-clock.ts';

describe('core/wait', () => {
  const never = () => () => {};
  const quiet = { signals: [], deadlineMs: 1000, onDeadline: () => 'silence' };

  it('gives what came, and stops listening', async () => {
    const clock = new SimClock();
    let stopped = 0;
    const got = await waitFor<string>({ ...quiet, clock }, (resolve) => {
      clock.setTimeout(() => resolve('news'), 10);
      return () => (stopped += 1);
    });
    assert.deepEqual([got, stopped, clock.now()], ['news', 1, 10]);
  });

  it('takes silence for what the caller says it is', async () => {
    const clock = new SimClock();
    assert.equal(await waitFor({ ...quiet, clock }, never), 'silence');
    const nothing = () => {
      throw new Error('nothing came');
    };
    await assert.rejects(waitFor({ ...quiet, clock, onDeadline: nothing }, never), /nothing came/);
  });

  it('ends with the reason of whichever signal fires, before or during the wait', async () => {
    const clock = new SimClock();
    const [calm, stop] = [new AbortController(), new AbortController()];
    clock.setTimeout(() => stop.abort(new Error('stop')), 5);
    const wait = { ...quiet, clock, signals: [calm.signal, stop.signal] };
    await assert.rejects(waitFor(wait, never), /stop/);
    assert.equal(clock.now(), 5);
    await assert.rejects(waitFor(wait, never), /stop/);
  });

  it('stops listening also when the listener is answered at once', async () => {
    const clock = new SimClock();
    let stopped = 0;
    const got = await waitFor<string>({ ...quiet, clock }, (resolve) => {
      resolve('early');
      return () => (stopped += 1);
    });
    assert.deepEqual([got, stopped], ['early', 1]);
  });
});
