import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import {
  decodeEspResponse,
  encodeEspRequest,
  ESP_OP,
  type EspRequest,
  type EspResponse,
  espSync,
  splitStatus,
} from '#codecs/esp-loader.ts';
import { espStatusText, isUnknownCommand } from '#codecs/esp-loader-status.ts';
import type { SlipLink } from '#drivers/channel/slip-link.ts';

/** The loader refused a command; `status` holds its two bytes. */
export class LoaderRefusal extends PeerError {
  readonly status: number;

  constructor(what: string, status: number) {
    super({
      code: 'loader-refused',
      message: `the serial loader refused to ${what}`,
      expected: 'status 0',
      got: espStatusText(status),
      remedy: 'check address and size against the flash chip, and whether Secure Download Mode is on',
    });
    this.status = status;
  }

  /** The loader does not know the command. */
  get isUnknown(): boolean {
    return isUnknownCommand(this.status);
  }
}

/** How a command is asked. */
export interface Ask {
  /** For errors: `erase the region`. */
  readonly what: string;
  /** Data bytes before the status of a good answer. */
  readonly dataLength?: number;
  /** Default 3 s. */
  readonly deadlineMs?: number;
}

/** A good answer. */
export interface Told {
  readonly value: number;
  readonly data: Uint8Array;
}

const DEADLINE_MS = 3000;
const SYNC_MS = 100;
const SYNC_ANSWERS = 8;

/** Sends a command and waits for its answer. PeerErrors `loader-silent`, `loader-babbles`, `loader-refused`. */
export async function exchange(
  link: SlipLink,
  request: EspRequest,
  ask: Ask,
  options: CallOptions,
): Promise<Told> {
  await link.send(encodeEspRequest(request), options);
  const { body, value } = await answerTo(link, request.op, ask, options);
  const split = splitStatus(body, ask.dataLength ?? 0);
  if (split === null) throw malformed(ask.what, body);
  if (split.failed) throw new LoaderRefusal(ask.what, split.code);
  return { value, data: split.data };
}

function answerTo(link: SlipLink, op: number, ask: Ask, options: CallOptions): Promise<EspResponse> {
  const awaited = {
    deadlineMs: ask.deadlineMs ?? DEADLINE_MS,
    read: (frame: Uint8Array) => responseTo(op, ask, frame),
    silent: () => silent(ask.what, link),
    babbles: (most: number) => babbles(ask.what, link, most),
  };
  return link.answer(awaited, options);
}

function responseTo(op: number, ask: Ask, frame: Uint8Array): EspResponse | null {
  const response = decodeEspResponse(frame);
  if (response === null || response.op === op) return response;
  // The ROM answers a command that it does not know under another number.
  const status = splitStatus(response.body, 0);
  if (op !== ESP_OP.sync && status?.failed === true && isUnknownCommand(status.code)) {
    throw new LoaderRefusal(ask.what, status.code);
  }
  return null;
}

/** Asks the loader to show itself: which one answered, null where none did. */
export async function trySync(link: SlipLink, options: CallOptions): Promise<'rom' | 'stub' | null> {
  await link.send(encodeEspRequest(espSync()), options);
  let [answers, values] = [0, 0];
  for (let frames = 0; frames < 2 * SYNC_ANSWERS && answers < SYNC_ANSWERS; frames++) {
    const frame = await link.next(SYNC_MS, options);
    if (frame === null) break;
    const response = decodeEspResponse(frame);
    if (response?.op !== ESP_OP.sync) continue;
    answers += 1;
    if (response.value !== 0) values += 1;
  }
  if (answers === 0) return null;
  return values === 0 ? 'stub' : 'rom';
}

/** Nothing came that was a frame. */
export function silent(what: string, link: SlipLink): PeerError {
  return new PeerError({
    code: 'loader-silent',
    message: `the serial loader did not answer when asked to ${what}`,
    expected: 'an answer',
    got: link.excerpt(),
    remedy: 'check the cable and the baud rate; power-cycle the board and try again',
  });
}

function babbles(what: string, link: SlipLink, most: number): PeerError {
  return new PeerError({
    code: 'loader-babbles',
    message: `something talks on the line without end, but does not answer when asked to ${what}`,
    expected: `an answer among ${most} frames`,
    got: link.excerpt(),
    remedy: 'check that the port is the board’s console, and that nothing else drives its line',
  });
}

function malformed(what: string, body: Uint8Array): PeerError {
  return new PeerError({
    code: 'loader-malformed',
    message: `the serial loader's answer is too short when asked to ${what}`,
    got: body.length === 0 ? 'nothing' : Buffer.from(body.subarray(0, 32)).toString('hex'),
    remedy: 'check the cable; lower the baud rate',
  });
}
