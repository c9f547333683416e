import type { CallOptions, OfferOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import { encodeSmp, FILES_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';
import { bytesOf, call, mapOf, numberOf } from '#drivers/smp/call.ts';
import { readBuffers } from '#drivers/smp/os.ts';

/** Buffer of a server that does not tell, and the largest that is made use of. */
const BUFFER = 384;
const LARGEST_BUFFER = 16_384;
/** Largest file that is downloaded. */
const LARGEST_FILE = 64 * 1024 * 1024;
/** Answers in a row without a byte of the file. */
const PATIENCE = 3;

const files = (op: number, command: number) => ({ op, group: SMP_GROUP.files, command });

/** Downloads a file by its whole path: `/lfs1/log.txt`. */
export async function downloadFile(
  client: SmpClient,
  name: string,
  options: OfferOptions,
): Promise<Uint8Array> {
  const command = files(SMP_OP.read, FILES_COMMAND.transfer);
  const first = await call(client, command, { off: 0, name }, options);
  const total = numberOf(first, 'len');
  if (total < 0 || total > LARGEST_FILE) throw outside(name, total, LARGEST_FILE);
  const parts = [bytesOf(first, 'data')];
  let offset = parts[0]?.length ?? 0;
  for (let idle = 0; offset < total && idle < PATIENCE;) {
    options.onProgress?.(offset, total);
    const data = bytesOf(await call(client, command, { off: offset, name }, options), 'data');
    idle = data.length === 0 ? idle + 1 : 0;
    parts.push(data);
    offset += data.length;
  }
  if (offset !== total) throw outside(name, offset, total);
  options.onProgress?.(offset, total);
  return Uint8Array.from(Buffer.concat(parts));
}

/** Writes a file by its whole path, in place of one that is there, one chunk after another. */
export async function uploadFile(
  client: SmpClient,
  name: string,
  content: Uint8Array,
  options: OfferOptions,
): Promise<void> {
  const { size } = await readBuffers(client, { signal: options.signal });
  const limit = client.link.room(Math.min(size ?? BUFFER, LARGEST_BUFFER));
  let offset = 0;
  let idle = 0;
  do {
    const head = { off: offset, name, ...(offset === 0 ? { len: content.length } : {}) };
    const data = content.subarray(offset, offset + roomBeside(head, limit));
    const command = files(SMP_OP.write, FILES_COMMAND.transfer);
    const next = numberOf(await call(client, command, { ...head, data }, options), 'off');
    idle = next > offset ? 0 : idle + 1;
    if (next < 0 || next > content.length || idle > PATIENCE) throw outside(name, next, content.length);
    offset = next;
    options.onProgress?.(offset, content.length);
  } while (offset < content.length);
}

/** Bytes of data that fit a packet beside the other members. */
function roomBeside(head: Readonly<Record<string, string | number>>, limit: number): number {
  const address = { ...files(SMP_OP.write, FILES_COMMAND.transfer), version: 1, sequence: 0 };
  const overhead = encodeSmp(address, [...Object.entries(head), ['data', new Uint8Array()]]).length + 2;
  return Math.max(1, limit - overhead);
}

/** Bytes of a file. */
export async function fileSize(client: SmpClient, name: string, options: CallOptions): Promise<number> {
  return numberOf(await call(client, files(SMP_OP.read, FILES_COMMAND.status), { name }, options), 'len');
}

/** Hash or checksum of a file: bytes (`sha256`) or a number (`crc32`), whichever the type gives. */
export async function fileHash(
  client: SmpClient,
  name: string,
  type: string,
  options: CallOptions,
): Promise<Uint8Array | number> {
  const command = files(SMP_OP.read, FILES_COMMAND.hash);
  const answer = await call(client, command, { name, type }, options);
  return typeof answer.get('output') === 'number' ? numberOf(answer, 'output') : bytesOf(answer, 'output');
}

/** Names of the hashes that the board can make. */
export async function fileHashTypes(client: SmpClient, options: CallOptions): Promise<readonly string[]> {
  const command = files(SMP_OP.read, FILES_COMMAND.hashTypes);
  return [...mapOf(await call(client, command, {}, options), 'types').keys()];
}

/** Closes the file that the server holds open for the next chunk. */
export async function closeFile(client: SmpClient, options: CallOptions): Promise<void> {
  await call(client, files(SMP_OP.write, FILES_COMMAND.close), {}, options);
}

function outside(name: string, got: number, most: number): PeerError {
  return new PeerError({
    code: 'nonsense-offset',
    message: `the server loses its place in ${name}`,
    expected: `0 to ${most}`,
    got: String(got),
    remedy: 'keep the recorded bytes and report the server',
  });
}
