import type { Channel } from '#core/capabilities.ts';
import type { AttendedClock } from '#virtual/attended-clock.ts';

/** A channel whose reader and writers let simulated time pass while they wait. */
export function attendedChannel(channel: Channel, clock: AttendedClock): Channel {
  return {
    name: channel.name,
    incoming: { [Symbol.asyncIterator]: () => attendedReader(channel.incoming, clock) },
    write: (bytes, options) => attended(clock, () => channel.write(bytes, options)),
    close: () => channel.close(),
  };
}

async function* attendedReader(
  incoming: AsyncIterable<Uint8Array>,
  clock: AttendedClock,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = incoming[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await attended(clock, () => reader.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await reader.return?.();
  }
}

async function attended<T>(clock: AttendedClock, work: () => Promise<T>): Promise<T> {
  const leave = clock.attend();
  try {
    return await work();
  } finally {
    leave();
  }
}
