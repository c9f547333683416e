import type { CborMap } from '#codecs/cbor.ts';
import { SETTINGS_ERROR } from '#codecs/smp-error.ts';
import { SETTINGS_COMMAND } from '#codecs/smp.ts';
import {
  byteString,
  INVALID,
  text,
  unsigned,
  type SmpGroupHandlers,
  type SmpReply,
  type SmpRequest,
} from '#virtual/smp-request.ts';

/** Settings by name: as they run, and as they come back at the next start. */
export interface VirtualSettings {
  readonly stored: Map<string, Uint8Array>;
  readonly running: Map<string, Uint8Array>;
}

/** `CONFIG_MCUMGR_GRP_SETTINGS_NAME_LEN` and `..._VALUE_LEN`. */
const LONGEST_NAME = 32;
const LONGEST_VALUE = 256;

const DONE: SmpReply = { members: [] };

/** Handlers of group 3 (smp.md section 9.2), without an access hook: any client may write anything. */
export function settingsGroup(settings: VirtualSettings): SmpGroupHandlers {
  const { running } = settings;
  return {
    [SETTINGS_COMMAND.value]: {
      read: (request) => named(request, (name, map) => read(running, name, map)),
      write: (request) => named(request, (name, map) => write(running, name, map)),
    },
    [SETTINGS_COMMAND.remove]: {
      write: (request) =>
        named(request, (name) => (running.delete(name) ? DONE : { error: SETTINGS_ERROR.keyNotFound })),
    },
    [SETTINGS_COMMAND.commit]: { write: () => DONE },
    [SETTINGS_COMMAND.store]: {
      read: () => copied(settings.stored, running),
      write: () => copied(running, settings.stored),
    },
  };
}

function named(request: SmpRequest, work: (name: string, map: CborMap) => SmpReply): SmpReply {
  const map = request.members();
  const name = map === null ? null : text(map, 'name');
  if (map === null || typeof name !== 'string') return INVALID;
  return Buffer.byteLength(name) >= LONGEST_NAME ? { error: SETTINGS_ERROR.keyTooLong } : work(name, map);
}

function read(running: ReadonlyMap<string, Uint8Array>, name: string, map: CborMap): SmpReply {
  const most = unsigned(map, 'max_size');
  if (most === null) return INVALID;
  const value = running.get(name);
  if (value === undefined) return { error: SETTINGS_ERROR.keyNotFound };
  return { members: [['val', value.slice(0, most)]] };
}

function write(running: Map<string, Uint8Array>, name: string, map: CborMap): SmpReply {
  const value = byteString(map, 'val');
  if (!value || value.length > LONGEST_VALUE) return INVALID;
  running.set(name, Uint8Array.from(value));
  return DONE;
}

function copied(from: ReadonlyMap<string, Uint8Array>, to: Map<string, Uint8Array>): SmpReply {
  to.clear();
  for (const [name, value] of from) to.set(name, value);
  return DONE;
}
