import type { CborValue } from '#codecs/cbor.ts';
import { STATISTICS_ERROR } from '#codecs/smp-error.ts';
import { STATISTICS_COMMAND } from '#codecs/smp.ts';
import {
  INVALID,
  text,
  type SmpGroupHandlers,
  type SmpReply,
  type SmpRequest,
} from '#virtual/smp-request.ts';

/** Threads of the application: name, priority, bytes of stack used and there. */
const TASKS = [
  ['main', 0, 512, 2048],
  ['mcumgr smp', 3, 896, 2048],
  ['idle', 15, 48, 320],
] as const;

/** Handlers of group 2 over counters by group and name (smp.md section 9.1). */
export function statisticsGroup(
  counters: Readonly<Record<string, Readonly<Record<string, number>>>>,
): SmpGroupHandlers {
  return {
    [STATISTICS_COMMAND.read]: { read: (request) => readGroup(request, counters) },
    [STATISTICS_COMMAND.list]: { read: () => ({ members: [['stat_list', Object.keys(counters)]] }) },
  };
}

function readGroup(
  request: SmpRequest,
  counters: Readonly<Record<string, Readonly<Record<string, number>>>>,
): SmpReply {
  const map = request.members();
  const name = map === null ? null : text(map, 'name');
  if (typeof name !== 'string') return INVALID;
  if (!Object.hasOwn(counters, name)) return { error: STATISTICS_ERROR.invalidGroup };
  const fields = new Map(Object.entries(counters[name] ?? {}).map(([key, count]) => [key, count >>> 0]));
  return {
    members: [
      ['name', name],
      ['fields', fields],
    ],
  };
}

/** The os group's list of threads. */
export function taskStatistics(): SmpReply {
  const tasks = new Map(
    TASKS.map(([name, prio, stkuse, stksiz], tid) => [
      name,
      new Map<string, CborValue>([
        ['prio', prio],
        ['tid', tid + 1],
        ['state', 1],
        // In words of 4 bytes, as Zephyr counts.
        ['stkuse', stkuse / 4],
        ['stksiz', stksiz / 4],
      ]),
    ]),
  );
  return { members: [['tasks', tasks]] };
}
