import { OS_ERROR } from '#codecs/smp-error.ts';
import { OS_COMMAND } from '#codecs/smp.ts';
import { stackSmashed } from '#virtual/app-fault.ts';
import {
  INVALID,
  text,
  type SmpGroupHandlers,
  type SmpReply,
  type SmpRequest,
} from '#virtual/smp-request.ts';

/** What the OS group says of the board. */
export interface OsGroupOptions {
  readonly flaws: ReadonlySet<string>;
  /** Bytes and number of the packet buffers. */
  readonly buffers: { readonly size: number; readonly count: number };
  /** `uname`-like letters: `s` kernel, `n` node, `r` release, ... (smp.md section 5). */
  readonly info: Readonly<Record<string, string>>;
  /** MCUboot mode as the bootloader query reports it, 3: swap using move. */
  readonly bootMode: number;
  readonly noDowngrade: boolean;
  onReset(): void;
}

/** Order in which `info` prints, whatever order was asked. */
const INFO_ORDER = ['s', 'n', 'r', 'v', 'b', 'm', 'p', 'i', 'o'];
const INFO_LIMIT = 256;
const ECHO_BUFFER = 128;

/** Handlers of group 0: echo, reset, params, info, boot loader. */
export function osGroup(options: OsGroupOptions): SmpGroupHandlers {
  const echo = (request: SmpRequest) => echoReply(request, options.flaws);
  return {
    [OS_COMMAND.echo]: { read: echo, write: echo },
    [OS_COMMAND.reset]: { write: () => (options.onReset(), { members: [] }) },
    [OS_COMMAND.params]: {
      read: () => ({
        members: [
          ['buf_size', options.buffers.size],
          ['buf_count', options.buffers.count],
        ],
      }),
    },
    [OS_COMMAND.info]: { read: (request) => infoReply(request, options.info) },
    [OS_COMMAND.bootloader]: { read: (request) => bootloaderReply(request, options) },
  };
}

function echoReply(request: SmpRequest, flaws: ReadonlySet<string>): SmpReply {
  const map = request.members();
  if (map === null) return INVALID;
  const said = text(map, 'd');
  if (said === null) return INVALID;
  if (flaws.has('smp/echo-overflow') && Buffer.byteLength(said ?? '') > ECHO_BUFFER) {
    throw stackSmashed('mcumgr smp');
  }
  return { members: [['r', said ?? '']] };
}

function infoReply(request: SmpRequest, info: OsGroupOptions['info']): SmpReply {
  const map = request.members();
  if (map === null) return INVALID;
  const format = text(map, 'format');
  if (format === null) return INVALID;
  const letters = new Set(format === undefined || format === '' ? 's' : format);
  for (const letter of letters) {
    if (letter !== 'a' && !INFO_ORDER.includes(letter)) return { error: OS_ERROR.invalidFormat };
  }
  const wanted = INFO_ORDER.filter((letter) => letters.has('a') || letters.has(letter));
  const output = wanted.map((letter) => info[letter] ?? 'unknown').join(' ');
  return { members: [['output', output.slice(0, INFO_LIMIT)]] };
}

function bootloaderReply(request: SmpRequest, options: OsGroupOptions): SmpReply {
  const map = request.members();
  if (map === null) return INVALID;
  const query = text(map, 'query');
  if (query === null) return INVALID;
  if (query === undefined) return { members: [['bootloader', 'MCUboot']] };
  if (query !== 'mode') return { error: OS_ERROR.queryYieldsNoAnswer };
  return {
    members: options.noDowngrade
      ? [
          ['mode', options.bootMode],
          ['no-downgrade', true],
        ]
      : [['mode', options.bootMode]],
  };
}
