import assert from 'node:assert/strict';
import { runSoak, type Soak, type SoakState } from '#engine/benchmarks/measure/soak-run.ts';

const START: SoakState = { soak: 'numbers', set: '', seed: 7, next: 0, alarms: [], leftovers: [] };

/** A soak whose cases are numbers, some of which raise an alarm. */
function numbers(ran: number[], alarming: readonly number[] = [], set = 'a'): Soak {
  return {
    name: 'numbers',
    open: () =>
      Promise.resolve({
        set,
        run(from, to) {
          const cases = Array.from({ length: to - from }, (_, index) => from + index);
          ran.push(...cases);
          const alarms = cases
            .filter((index) => alarming.includes(index))
            .map((index) => ({ index, name: `case ${index}`, what: 'hang: silent', case: '{}' }));
          return Promise.resolve(alarms);
        },
        leftovers: () => (ran.includes(1234) ? ['one credit is lost'] : []),
      }),
  };
}

function watch(signal = new AbortController().signal) {
  const [lines, states]: [string[], SoakState[]] = [[], []];
  let now = 0;
  const keep = (state: SoakState) => void states.push(state);
  return {
    lines,
    states,
    told: { signal, now: () => (now += 2000), say: (line: string) => void lines.push(line), keep },
  };
}

describe('a soak', () => {
  it('runs every case once, also when it goes on from what another kept', async () => {
    const ran: number[] = [];
    const { told, states } = watch();
    await runSoak(numbers(ran), START, 1100, told);
    const kept = states.at(-1) ?? START;
    assert.equal(kept.next, 1100);
    const end = await runSoak(numbers(ran), kept, 1300, told);
    assert.deepEqual(ran, [...ran.keys()]);
    assert.equal(ran.length, 1300);
    assert.deepEqual(end.leftovers, ['one credit is lost']);
  });

  it('keeps its state after each portion and says how far it is', async () => {
    const { told, states, lines } = watch();
    await runSoak(numbers([]), START, 3000, told);
    assert.deepEqual(
      states.map(({ next }) => next),
      [500, 1000, 1500, 2000, 2500, 3000],
    );
    assert.ok(lines.some((line) => /^\d+ of 3000 cases, 0 alarms, \d+ \/s, \d+ s left$/.test(line)));
  });

  it('keeps and names alarms, and ends when they say nothing new', async () => {
    const { told, lines } = watch();
    const once = await runSoak(numbers([], [600]), START, 1000, told);
    assert.deepEqual(
      once.alarms.map(({ index }) => index),
      [600],
    );
    assert.ok(lines.includes('alarm in case 600: case 600: hang: silent'));
    const all = Array.from({ length: 100 }, (_, index) => index);
    const many = await runSoak(numbers([], all), START, 5000, told);
    assert.equal(many.next, 500);
  });

  it('stops between portions when it is told to', async () => {
    const stopping = new AbortController();
    const { told } = watch(stopping.signal);
    const keep = (state: SoakState) => void (state.next === 1000 && stopping.abort());
    assert.equal((await runSoak(numbers([]), START, 5000, { ...told, keep })).next, 1000);
  });

  it('does not go on where cases have other numbers by now', async () => {
    const kept = await runSoak(numbers([]), START, 500, watch().told);
    await assert.rejects(runSoak(numbers([], [], 'b'), kept, 1000, watch().told), { code: 'soak-changed' });
  });
});
