import type { CallOptions } from '#core/capabilities.ts';
import type { CborMap, CborValue } from '#codecs/cbor.ts';
import { OS_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';
import { call, mapOf, numberOf, textOf } from '#drivers/smp/call.ts';

const read = (command: number) => ({ op: SMP_OP.read, group: SMP_GROUP.os, command });
const write = (command: number) => ({ op: SMP_OP.write, group: SMP_GROUP.os, command });

/** Packet buffers of a server, as far as it tells. */
export interface SmpBuffers {
  readonly size?: number;
  readonly count?: number;
}

/** A thread of the board's operating system; bytes of stack, where it tells. */
export interface Task {
  readonly name: string;
  readonly priority: number;
  readonly stackUsed: number | null;
  readonly stackSize: number | null;
}

/** What a restart is asked to do. */
export interface ResetOptions extends CallOptions {
  /** Restart although the application would rather not. */
  readonly force?: boolean;
  /** 1: into the boot loader's serial recovery (Zephyr 4.2 on). */
  readonly bootMode?: number;
}

/** Sends a text and gives what comes back. */
export async function echo(client: SmpClient, text: string, options: CallOptions): Promise<string> {
  return textOf(await call(client, write(OS_COMMAND.echo), { d: text }, options), 'r');
}

/** Asks for size and number of the packet buffers; nothing where the server has no such command. */
export async function readBuffers(client: SmpClient, options: CallOptions): Promise<SmpBuffers> {
  const { map } = await client.ask(read(OS_COMMAND.params), [], options);
  const [size, count] = [usable(map, 'buf_size', 128), usable(map, 'buf_count', 1)];
  return { ...(size === null ? {} : { size }), ...(count === null ? {} : { count }) };
}

function usable(map: CborMap, key: string, least: number): number | null {
  const value = map.get(key);
  return typeof value === 'number' && Number.isInteger(value) && value >= least ? value : null;
}

/** What the board says of itself, by `uname`-like letters (smp.md section 5); `s` is the kernel's name, `a` all. */
export async function readInfo(client: SmpClient, format: string, options: CallOptions): Promise<string> {
  return textOf(await call(client, read(OS_COMMAND.info), { format }, options), 'output');
}

/** Name of the boot loader. */
export async function readBootloader(client: SmpClient, options: CallOptions): Promise<string> {
  return textOf(await call(client, read(OS_COMMAND.bootloader), {}, options), 'bootloader');
}

/** Number of MCUboot's mode (smp.md section 5), and whether it refuses older versions. */
export async function readBootMode(
  client: SmpClient,
  options: CallOptions,
): Promise<{ readonly mode: number; readonly noDowngrade: boolean }> {
  const map = await call(client, read(OS_COMMAND.bootloader), { query: 'mode' }, options);
  return { mode: numberOf(map, 'mode'), noDowngrade: map.get('no-downgrade') === true };
}

/** The threads, with what they used of their stacks. */
export async function readTasks(client: SmpClient, options: CallOptions): Promise<readonly Task[]> {
  const tasks = mapOf(await call(client, read(OS_COMMAND.taskStatistics), {}, options), 'tasks');
  return [...tasks].flatMap(([name, entry]) =>
    entry instanceof Map ? [taskOf(name, entry as CborMap)] : [],
  );
}

function taskOf(name: string, entry: CborMap): Task {
  const count = (value: CborValue) => (typeof value === 'number' ? value : null);
  return {
    name,
    priority: numberOf(entry, 'prio'),
    stackUsed: count(entry.get('stkuse')),
    stackSize: count(entry.get('stksiz')),
  };
}

/** The board's clock: `2026-01-31T12:00:00`, with fractions where it has them. */
export async function readDateTime(client: SmpClient, options: CallOptions): Promise<string> {
  return textOf(await call(client, read(OS_COMMAND.dateTime), {}, options), 'datetime');
}

/** Sets the board's clock. */
export async function writeDateTime(
  client: SmpClient,
  datetime: string,
  options: CallOptions,
): Promise<void> {
  await call(client, write(OS_COMMAND.dateTime), { datetime }, options);
}

/** Asks for a restart, which comes a moment after the answer. */
export async function reset(client: SmpClient, options: ResetOptions): Promise<void> {
  const { force, bootMode } = options;
  await call(client, write(OS_COMMAND.reset), { force, boot_mode: bootMode }, options);
}
