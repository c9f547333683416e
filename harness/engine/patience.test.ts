import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from '#engine/patience.ts';

const MS = 500;

describe('engine/patience', () => {
  it('ends when nothing comes forward', async () => {
    const { signal } = patience(MS, () => 0);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    assert.equal((signal.reason as { code?: string }).code, 'scenario-stalled');
  });

  it('waits on for whoever tells of steps, and for steps that are counted', async () => {
    let steps = 0;
    const told = patience(MS, () => 0);
    const counted = patience(MS, () => steps);
    for (let turn = 0; turn < 9; turn++) {
      await sleep(MS / 6);
      told.heard();
      steps += 1;
    }
    assert.deepEqual([told.signal.aborted, counted.signal.aborted], [false, false]);
    told.clear();
    counted.clear();
    await sleep(1.5 * MS);
    assert.deepEqual([told.signal.aborted, counted.signal.aborted], [false, false]);
  });
});
