import type { CallOptions } from '#core/capabilities.ts';
import type { Machine } from '#drivers/machine/machine.ts';

/**
 * A capability whose every wait ends, with the cause, when its machine dies: silence would else be held against the board.
 * Methods that wait take their options last.
 */
export function supervised<T extends object>(capability: T, machine: Machine): T {
  return new Proxy(capability, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]): unknown =>
        Reflect.apply(
          member,
          target,
          args.map((argument) => watched(argument, machine)),
        );
    },
  });
}

function watched(argument: unknown, { died }: Machine): unknown {
  if (!isOptions(argument)) return argument;
  return { ...argument, signal: AbortSignal.any([argument.signal, died]) };
}

function isOptions(value: unknown): value is CallOptions {
  return (
    typeof value === 'object' && value !== null && 'signal' in value && value.signal instanceof AbortSignal
  );
}
