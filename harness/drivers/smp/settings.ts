import type { CallOptions } from '#core/capabilities.ts';
import { SETTINGS_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';
import { bytesOf, call } from '#drivers/smp/call.ts';

const settings = (op: number, command: number) => ({ op, group: SMP_GROUP.settings, command });

/** A run-time setting's value. */
export async function readSetting(
  client: SmpClient,
  name: string,
  options: CallOptions,
): Promise<Uint8Array> {
  return bytesOf(await call(client, settings(SMP_OP.read, SETTINGS_COMMAND.value), { name }, options), 'val');
}

/** Changes a run-time setting; it takes effect with `commitSettings`, and lasts with `saveSettings`. */
export async function writeSetting(
  client: SmpClient,
  name: string,
  value: Uint8Array,
  options: CallOptions,
): Promise<void> {
  await call(client, settings(SMP_OP.write, SETTINGS_COMMAND.value), { name, val: value }, options);
}

/** Removes a setting. */
export async function removeSetting(client: SmpClient, name: string, options: CallOptions): Promise<void> {
  await call(client, settings(SMP_OP.write, SETTINGS_COMMAND.remove), { name }, options);
}

/** Lets changed settings take effect. */
export async function commitSettings(client: SmpClient, options: CallOptions): Promise<void> {
  await call(client, settings(SMP_OP.write, SETTINGS_COMMAND.commit), {}, options);
}

/** Reads the settings that are stored, over those changed since. */
export async function loadSettings(client: SmpClient, options: CallOptions): Promise<void> {
  await call(client, settings(SMP_OP.read, SETTINGS_COMMAND.store), {}, options);
}

/** Stores the settings, so that they outlast a restart. */
export async function saveSettings(client: SmpClient, options: CallOptions): Promise<void> {
  await call(client, settings(SMP_OP.write, SETTINGS_COMMAND.store), {}, options);
}
