import { explain, isAssayError } from '#core/errors.ts';
import type { Outcome } from '#core/outcome.ts';

/** Gives xstate's `setup({ types })` a type without a value: the one place where a cast stands in for one. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the type; there is no value
export function typed<T>(): T {
  return {} as T;
}

/**
 * Guard of every `onError`: only trouble the board answers for may end in an outcome. A BenchError (or a defect of
 * ours) matches no transition, so xstate stops the machine with that very error, and the engine reports `error`
 * instead of a verdict on the board.
 */
export function boardAtFault(_: unknown, error: unknown): boolean {
  return isAssayError(error) && error.fault === 'peer';
}

interface ErrorEvent {
  readonly event: { readonly error: unknown };
}

/** `onError` of every invoke; the machine's setup names the guard `boardAtFault` and the action `keepTrouble`. */
export const onBoardTrouble = {
  guard: { type: 'boardAtFault', params: ({ event }: ErrorEvent) => event.error },
  target: 'noAnswer',
  actions: { type: 'keepTrouble', params: ({ event }: ErrorEvent) => event.error },
} as const;

/** What the verb gave, as parameter of a guard or an action. */
function output<T>({ event }: { readonly event: { readonly output: T } }): T {
  return event.output;
}

/** `onDone` branch: where the guard likes what the verb gave, keeps that by the action and goes to the target. */
export function when<G extends string, T extends string, A extends string>(guard: G, target: T, action: A) {
  return { guard: { type: guard, params: output }, target, actions: { type: action, params: output } };
}

/** `onDone` branch for all that is left: keeps what the verb gave and goes to the target. */
export function otherwise<T extends string, A extends string>(target: T, action: A) {
  return { target, actions: { type: action, params: output } };
}

/** Outcome where the board or its link gave no usable answer: nothing was shown, so nothing is claimed. */
export function noAnswer(expected: string, trouble: unknown): Outcome {
  return {
    verdict: 'inconclusive',
    rule: 'the board gave no usable answer where one was needed, so nothing was shown',
    expected,
    observed: explain(trouble).replaceAll(/\s+/g, ' '),
    reached: null,
  };
}

/** Output of a scenario machine: what the final state it ended in says. */
export function finalOutcome({ event }: { readonly event: { readonly output?: unknown } }): Outcome {
  return event.output as Outcome;
}
