import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

const BY_ID = '/dev/serial/by-id';

/** Names that stay, by the device that they stand for now; empty where the system keeps none. */
export async function stayingNames(folder: string = BY_ID): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch(() => []);
  const paths = names.map((name) => join(folder, name));
  const devices = await Promise.all(paths.map((path) => realpath(path).catch(() => null)));
  return new Map(
    devices.flatMap((device, index) => (device === null ? [] : [[device, paths[index] ?? device]])),
  );
}
