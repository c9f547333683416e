import type { CallOptions } from '#core/capabilities.ts';
import { SMP_GROUP, SMP_OP, STATISTICS_COMMAND } from '#codecs/smp.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';
import { call, listOf, mapOf } from '#drivers/smp/call.ts';

const statistics = (command: number) => ({ op: SMP_OP.read, group: SMP_GROUP.statistics, command });

/** Names of the groups of counters. */
export async function listStatistics(client: SmpClient, options: CallOptions): Promise<readonly string[]> {
  const names = listOf(await call(client, statistics(STATISTICS_COMMAND.list), {}, options), 'stat_list');
  return names.filter((name) => typeof name === 'string');
}

/** The counters of a group, by name. */
export async function readStatistics(
  client: SmpClient,
  name: string,
  options: CallOptions,
): Promise<Readonly<Record<string, number>>> {
  const fields = mapOf(await call(client, statistics(STATISTICS_COMMAND.read), { name }, options), 'fields');
  return Object.fromEntries(
    [...fields].filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
