import type { CallOptions } from '#core/capabilities.ts';
import { ENUMERATION_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';
import { call, listOf } from '#drivers/smp/call.ts';

/** Numbers of the groups that the server has. */
export async function listGroups(client: SmpClient, options: CallOptions): Promise<readonly number[]> {
  const command = { op: SMP_OP.read, group: SMP_GROUP.enumeration, command: ENUMERATION_COMMAND.list };
  return listOf(await call(client, command, {}, options), 'groups').filter((id) => typeof id === 'number');
}
