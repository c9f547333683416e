import { hash } from 'node:crypto';
import type { CborMap, CborValue } from '#codecs/cbor.ts';
import { crc32 } from '#codecs/crc32.ts';
import { FILES_ERROR } from '#codecs/smp-error.ts';
import { FILES_COMMAND } from '#codecs/smp.ts';
import {
  byteString,
  INVALID,
  text,
  unsigned,
  type SmpGroupHandlers,
  type SmpReply,
  type SmpRequest,
} from '#virtual/smp-request.ts';

/** Files by whole path. */
export type VirtualFiles = Map<string, Uint8Array>;

/** Where the file system is mounted, the longest path, and the largest file (`CONFIG_MCUMGR_GRP_FS_PATH_LEN`). */
const MOUNT = '/lfs1/';
const LONGEST_PATH = 64;
const LARGEST = 1024 * 1024;
/** Bytes of an answer to a download. */
const CHUNK = 512;
const NO_MOUNT = 14;
const WRITE_FAILED = 10;

/** Handlers of group 8 over files in memory (smp.md section 9.3): the path is taken as it is. */
export function filesGroup(files: VirtualFiles): SmpGroupHandlers {
  return {
    [FILES_COMMAND.transfer]: {
      read: (request) => named(request, (name, map) => download(files, name, map)),
      write: (request) => named(request, (name, map) => upload(files, name, map)),
    },
    [FILES_COMMAND.status]: {
      read: (request) => named(request, (name) => found(files, name, (file) => [['len', file.length]])),
    },
    [FILES_COMMAND.hash]: { read: (request) => named(request, (name, map) => digest(files, name, map)) },
    [FILES_COMMAND.hashTypes]: { read: hashTypes },
    [FILES_COMMAND.close]: { write: () => ({ members: [] }) },
  };
}

function named(request: SmpRequest, work: (name: string, map: CborMap) => SmpReply): SmpReply {
  const map = request.members();
  const name = map === null ? null : text(map, 'name');
  if (map === null || typeof name !== 'string') return INVALID;
  if (name === '' || Buffer.byteLength(name) > LONGEST_PATH) return { error: FILES_ERROR.invalidName };
  return name.startsWith(MOUNT) ? work(name, map) : { error: NO_MOUNT };
}

function found(
  files: VirtualFiles,
  name: string,
  members: (file: Uint8Array) => readonly (readonly [string, CborValue])[],
): SmpReply {
  const file = files.get(name);
  return file === undefined ? { error: FILES_ERROR.notFound } : { members: members(file) };
}

function download(files: VirtualFiles, name: string, map: CborMap): SmpReply {
  const offset = unsigned(map, 'off');
  if (typeof offset !== 'number') return INVALID;
  const file = files.get(name);
  if (file !== undefined && offset > file.length) return { error: FILES_ERROR.offsetTooLarge };
  return found(files, name, (content) => [
    ['off', offset],
    ['data', content.slice(offset, offset + CHUNK)],
    ...(offset === 0 ? ([['len', content.length]] as const) : []),
  ]);
}

/** A chunk at 0 starts the file anew; any other must follow what is there. */
function upload(files: VirtualFiles, name: string, map: CborMap): SmpReply {
  const [offset, data, length] = [unsigned(map, 'off'), byteString(map, 'data'), unsigned(map, 'len')];
  if (typeof offset !== 'number' || !data || length === null) return INVALID;
  if (offset === 0 && length === undefined) return INVALID;
  const before = offset === 0 ? new Uint8Array() : (files.get(name) ?? new Uint8Array());
  if (offset !== before.length) return { error: FILES_ERROR.invalidOffset, also: [['len', before.length]] };
  if (offset + data.length > LARGEST) return { error: WRITE_FAILED };
  files.set(name, Uint8Array.from([...before, ...data]));
  return { members: [['off', offset + data.length]] };
}

function digest(files: VirtualFiles, name: string, map: CborMap): SmpReply {
  const [type, offset, length] = [text(map, 'type'), unsigned(map, 'off'), unsigned(map, 'len')];
  if (type === null || offset === null || length === null) return INVALID;
  const kind = type ?? 'crc32';
  if (kind !== 'crc32' && kind !== 'sha256') return { error: FILES_ERROR.unknownHash };
  const start = offset ?? 0;
  return found(files, name, (content) => {
    const part = content.subarray(start, length === undefined ? undefined : start + length);
    return [
      ['type', kind],
      ...(start === 0 ? [] : ([['off', start]] as const)),
      ['len', part.length],
      ['output', kind === 'crc32' ? crc32(part) : hash('sha256', part, 'buffer')],
    ];
  });
}

function hashTypes(): SmpReply {
  const type = (format: number, size: number) =>
    new Map<string, CborValue>([
      ['format', format],
      ['size', size],
    ]);
  const types = new Map([
    ['crc32', type(0, 4)],
    ['sha256', type(1, 32)],
  ]);
  return { members: [['types', types]] };
}
