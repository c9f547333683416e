import { UsageError } from '#core/errors.ts';

/** A case that raised an alarm where there is nothing to find. */
export interface SoakAlarm {
  readonly index: number;
  readonly name: string;
  readonly what: string;
  /** The case, so that it can be run again. */
  readonly case: string;
}

/** A soak under way. */
export interface SoakRun {
  /** Says whether cases have still the same numbers as when a state was kept. */
  readonly set: string;
  /** Runs the cases with these numbers, the last not included. */
  run(from: number, to: number): Promise<readonly SoakAlarm[]>;
  /** What must not be left behind and is, a sentence each. */
  leftovers(): readonly string[];
}

/** A long run against something sound: modules `benchmarks/soaks/<name>.ts` export one as `soak`. */
export interface Soak {
  readonly name: string;
  /** The cases are those of the seed, and none needs those before it. */
  open(seed: number): Promise<SoakRun>;
}

/** How far a soak has come; what another process goes on from. */
export interface SoakState {
  readonly soak: string;
  /** Empty before the first case. */
  readonly set: string;
  readonly seed: number;
  /** Number of the next case. */
  readonly next: number;
  readonly alarms: readonly SoakAlarm[];
  readonly leftovers: readonly string[];
}

/** What the loop of a soak is told, and whom it tells. */
export interface SoakWatch {
  /** Aborted: stop after the cases under way. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly say: (line: string) => void;
  /** Keeps the state, after every portion. */
  readonly keep: (state: SoakState) => void;
}

/** Cases between two states that are kept. */
const PORTION = 500;
/** Time between two lines of progress. */
const SAY_EVERY_MS = 5000;
/** Alarms after which more say nothing new. */
const MOST_ALARMS = 20;

/** Runs a soak on from a state, up to so many cases. UsageError `soak-changed` where cases have other numbers by now. */
export async function runSoak(
  soak: Soak,
  from: SoakState,
  count: number,
  { signal, now, say, keep }: SoakWatch,
): Promise<SoakState> {
  const run = await soak.open(from.seed);
  if (from.next > 0 && from.set !== run.set) throw changed(soak.name);
  const began = now();
  let state: SoakState = { ...from, set: run.set };
  let said = began;
  while (state.next < count && state.alarms.length < MOST_ALARMS && !signal.aborted) {
    state = await portion(run, state, Math.min(count, state.next + PORTION), say);
    keep(state);
    if (now() - said < SAY_EVERY_MS) continue;
    said = now();
    const pace = (1000 * (state.next - from.next)) / (said - began);
    const left = Math.round((count - state.next) / pace);
    const alarms = `${state.alarms.length} alarms`;
    say(`${state.next} of ${count} cases, ${alarms}, ${Math.round(pace)} /s, ${left} s left`);
  }
  return state;
}

async function portion(
  run: SoakRun,
  state: SoakState,
  to: number,
  say: SoakWatch['say'],
): Promise<SoakState> {
  const raised = await run.run(state.next, to);
  for (const { index, name, what } of raised) say(`alarm in case ${index}: ${name}: ${what}`);
  return { ...state, next: to, alarms: state.alarms.concat(raised), leftovers: run.leftovers() };
}

function changed(name: string): UsageError {
  return new UsageError({
    code: 'soak-changed',
    message: `the cases of the soak ${name} are not those that the state counts`,
    remedy: 'name another --state, or remove the file to begin anew',
  });
}
