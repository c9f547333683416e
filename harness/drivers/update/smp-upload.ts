import { hash } from 'node:crypto';
import type { CallOptions, OfferOptions, Receipt } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import type { CborMap, CborValue } from '#codecs/cbor.ts';
import { complaintOf } from '#codecs/smp-error.ts';
import { encodeSmp, IMAGE_COMMAND, OS_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';

/** The first request may erase a whole slot (smp.md section 13). */
const ERASE_MS = 40_000;
const CHUNK_MS = 5_000;
/** Buffer of a server that does not tell (`CONFIG_MCUMGR_TRANSPORT_NETBUF_SIZE`). */
const BUFFER = 384;
const LARGEST_BUFFER = 16_384;
/** Length field and CRC share the server's buffer with the packet. */
const FRAMING = 4;
/** Answers in a row that bring the upload no further. */
const PATIENCE = 5;
/** A server may send an upload back this often as a whole; more is going in circles. */
const RESTARTS = 4;

/**
 * Uploads an image in one session named by its SHA-256, always continuing where the server says it is. A refusal is a
 * Receipt; PeerError when the server answers nonsense, nothing, or for ever the same.
 */
export async function uploadImage(
  client: SmpClient,
  image: Uint8Array,
  options: OfferOptions,
): Promise<Receipt> {
  const limit = (await bufferSize(client, options)) - FRAMING;
  let offset = 0;
  let requests = 0;
  const most = PATIENCE + RESTARTS * Math.ceil(image.length / Math.max(32, limit / 2));
  for (let stalled = 0; stalled < PATIENCE && requests < most; requests++) {
    const members = chunk(image, offset, limit);
    const answer = await send(client, members, offset, options);
    const complaint = complaintOf(answer);
    if (complaint !== null) return { accepted: false, step: 'upload', reason: complaint.text };
    const next = offsetOf(answer, image.length);
    stalled = next > offset ? 0 : stalled + 1;
    offset = next;
    options.onProgress?.(offset, image.length);
    if (offset === image.length) return concluded(answer, image.length);
  }
  throw new PeerError({
    code: 'upload-stalled',
    message: `the upload does not get beyond byte ${offset}`,
    expected: 'an offset that grows',
    remedy: 'erase the slot or restart the board, then offer again',
  });
}

/** Asks for the server's buffer size; servers without the command have a small one. */
async function bufferSize(client: SmpClient, options: CallOptions): Promise<number> {
  const command = { op: SMP_OP.read, group: SMP_GROUP.os, command: OS_COMMAND.params };
  const { map } = await client.ask(command, [], { signal: options.signal });
  const size = map.get('buf_size');
  const usable = typeof size === 'number' && Number.isInteger(size) && size >= 128;
  return usable ? Math.min(size, LARGEST_BUFFER) : BUFFER;
}

/** Members of the request for the bytes at `offset`, filled up to the server's limit in whole words. */
function chunk(image: Uint8Array, offset: number, limit: number): (readonly [string, CborValue])[] {
  const head: (readonly [string, CborValue])[] =
    offset === 0
      ? [
          ['len', image.length],
          ['sha', hash('sha256', image, 'buffer')],
          ['off', 0],
        ]
      : [['off', offset]];
  const address = {
    op: SMP_OP.write,
    version: 1,
    group: SMP_GROUP.image,
    sequence: 0,
    command: IMAGE_COMMAND.upload,
  };
  // Three bytes cover the longest head of a byte string of this size; the empty one has one of them already.
  const overhead = encodeSmp(address, [...head, ['data', new Uint8Array()]]).length + 2;
  const room = Math.max(32, limit - overhead);
  return [...head, ['data', image.subarray(offset, offset + room - (room % 8))]];
}

/** One request, repeated when nothing comes back: the server's offset makes that safe. */
async function send(
  client: SmpClient,
  members: (readonly [string, CborValue])[],
  offset: number,
  options: CallOptions,
): Promise<CborMap> {
  const command = { op: SMP_OP.write, group: SMP_GROUP.image, command: IMAGE_COMMAND.upload };
  const limits = { signal: options.signal, deadlineMs: offset === 0 ? ERASE_MS : CHUNK_MS };
  try {
    return (await client.ask(command, members, limits)).map;
  } catch (error) {
    const lost = error instanceof PeerError && error.code === 'no-answer' && offset > 0;
    if (!lost) throw error;
    return (await client.ask(command, members, limits)).map;
  }
}

function offsetOf(answer: CborMap, size: number): number {
  const offset = answer.get('off');
  if (typeof offset === 'number' && Number.isInteger(offset) && offset >= 0 && offset <= size) return offset;
  throw new PeerError({
    code: 'nonsense-offset',
    message: 'the server answers an upload with an offset outside the image',
    expected: `0 to ${size}`,
    got: typeof offset === 'number' ? String(offset) : typeof offset,
    remedy: 'keep the recorded bytes and report the server',
  });
}

function concluded(answer: CborMap, size: number): Receipt {
  if (answer.get('match') === false) {
    return {
      accepted: false,
      step: 'verify',
      reason: 'the server says the uploaded bytes do not match their SHA-256',
    };
  }
  return { accepted: true, detail: `${size} bytes over SMP` };
}
