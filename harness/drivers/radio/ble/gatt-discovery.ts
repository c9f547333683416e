import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import { ATT_ERROR, attRows, type AttPdu } from '#codecs/ble/att.ts';
import { attUuid, attUuidText, UUID } from '#codecs/ble/uuid.ts';
import type { AttClient } from '#drivers/radio/ble/att-client.ts';

export interface FoundDescriptor {
  readonly handle: number;
  readonly uuid: string;
}

export interface FoundCharacteristic {
  /** Of the value. */
  readonly handle: number;
  readonly uuid: string;
  /** As `PROPERTY`. */
  readonly properties: number;
  readonly descriptors: readonly FoundDescriptor[];
}

/** A service as a server lists it. */
export interface FoundService {
  readonly handle: number;
  readonly end: number;
  readonly uuid: string;
  readonly characteristics: readonly FoundCharacteristic[];
}

const LAST = 0xffff;
/** A server that lists more is lying; handles are 16 bits, but nobody has thousands of services. */
const MOST_STEPS = 1024;

/** Lists everything that a server has (Core 6 Vol 3 Part G 4.4 to 4.7). PeerError where its lists contradict themselves. */
export async function discoverGatt(
  client: AttClient,
  options: CallOptions,
): Promise<readonly FoundService[]> {
  const attributeType = attUuid(UUID.primaryService);
  const rows = await walk({ from: 1, end: LAST, lastOf: (row) => at(row, 2) }, (start) =>
    client.request({ type: 'readByGroupReq', start, end: LAST, attributeType }, options),
  );
  const services: FoundService[] = [];
  for (const row of rows) {
    const [handle, end] = [at(row, 0), at(row, 2)];
    const uuid = textOf(row.subarray(4));
    services.push({
      handle,
      end,
      uuid,
      characteristics: await characteristics(client, handle, end, options),
    });
  }
  return services;
}

async function characteristics(
  client: AttClient,
  from: number,
  end: number,
  options: CallOptions,
): Promise<readonly FoundCharacteristic[]> {
  const attributeType = attUuid(UUID.characteristic);
  const rows = await walk({ from, end, lastOf: (row) => at(row, 0) }, (start) =>
    client.request({ type: 'readByTypeReq', start, end, attributeType }, options),
  );
  const found: FoundCharacteristic[] = [];
  for (const [index, row] of rows.entries()) {
    const next = rows[index + 1];
    const handle = at(row, 3);
    const last = next === undefined ? end : at(next, 0) - 1;
    found.push({
      handle,
      properties: row[2] ?? 0,
      uuid: textOf(row.subarray(5)),
      descriptors: await descriptors(client, handle + 1, last, options),
    });
  }
  return found;
}

async function descriptors(
  client: AttClient,
  from: number,
  end: number,
  options: CallOptions,
): Promise<readonly FoundDescriptor[]> {
  if (from > end) return [];
  const rows = await walk({ from, end, lastOf: (row) => at(row, 0) }, (start) =>
    client.request({ type: 'findInfoReq', start, end }, options),
  );
  return rows.map((row) => ({ handle: at(row, 0), uuid: textOf(row.subarray(2)) }));
}

/** Asks again behind the last handle until the server has no more. */
async function walk(
  { from, end, lastOf }: { from: number; end: number; lastOf: (row: Uint8Array) => number },
  ask: (start: number) => Promise<AttPdu | { readonly type: 'raw' }>,
): Promise<readonly Uint8Array[]> {
  const found: Uint8Array[] = [];
  let start = from;
  for (let step = 0; start <= end && step < MOST_STEPS; step++) {
    const rows = rowsOf(await ask(start));
    const last = rows.at(-1);
    if (last === undefined) return found;
    found.push(...rows);
    const reached = lastOf(last);
    if (reached < start) throw stuck(start, reached);
    start = reached + 1;
  }
  return found;
}

function rowsOf(answer: AttPdu | { readonly type: 'raw' }): readonly Uint8Array[] {
  if (answer.type === 'error' && answer.code === ATT_ERROR.notFound) return [];
  const rows =
    answer.type === 'readByGroupRsp' || answer.type === 'readByTypeRsp'
      ? attRows(answer.rows, answer.each)
      : answer.type === 'findInfoRsp'
        ? attRows(answer.rows, answer.format === 1 ? 4 : 18)
        : unexpected(answer);
  if (rows instanceof Error) throw rows;
  return rows;
}

function at(row: Uint8Array, offset: number): number {
  return (row[offset] ?? 0) + 256 * (row[offset + 1] ?? 0);
}

function textOf(uuid: Uint8Array): string {
  return attUuidText(uuid) ?? unexpected({ type: 'a UUID of another length' });
}

function unexpected(answer: { readonly type: string }): never {
  throw new PeerError({
    code: 'gatt-discovery',
    message: 'the server answered discovery with something else',
    expected: 'a list, or Attribute Not Found',
    got: JSON.stringify(answer),
    remedy: 'look at the capture: a server whose lists cannot be read is a finding in itself',
  });
}

function stuck(start: number, reached: number): PeerError {
  return new PeerError({
    code: 'gatt-discovery',
    message: 'the server lists handles that were not asked for',
    expected: `handles from ${start} on`,
    got: String(reached),
    remedy: 'look at the capture: a client without this check would ask for ever',
  });
}
