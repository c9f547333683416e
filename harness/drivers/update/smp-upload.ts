import type { OfferOptions, Receipt } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import type { CborMap } from '#codecs/cbor.ts';
import { complaintOf } from '#codecs/smp-error.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';
import { readBuffers } from '#drivers/smp/os.ts';
import { ChunkCutter } from '#drivers/update/smp-chunk.ts';
import { type ChunkAnswer, UploadWindow } from '#drivers/update/smp-window.ts';

/** What an upload may be told besides the usual. */
export interface UploadOptions extends OfferOptions {
  /**
   * Chunks under way at a time. Default: one less than the server has buffers, since each answer needs one too, and at
   * most 4; one where the server does not tell. Half as many after a loss.
   */
  readonly window?: number;
  /** Image number, where the board has several. */
  readonly image?: number;
}

/** The first request may erase a whole slot (smp.md section 13). */
const ERASE_MS = 40_000;
const CHUNK_MS = 5_000;
/** Buffer of a server that does not tell (`CONFIG_MCUMGR_TRANSPORT_NETBUF_SIZE`). */
const BUFFER = 384;
const LARGEST_BUFFER = 16_384;
const WIDEST = 4;
/** Answers in a row that bring the upload no further. */
const PATIENCE = 5;
/** A server may send an upload back this often as a whole; more is going in circles. */
const RESTARTS = 4;

/**
 * Uploads an image in one session named by its SHA-256, with several chunks under way, always continuing where the
 * server says it is. A refusal is a Receipt; PeerError when the server answers nonsense, nothing, or for ever the same.
 */
export async function uploadImage(
  client: SmpClient,
  image: Uint8Array,
  options: UploadOptions,
): Promise<Receipt> {
  const { size, count } = await readBuffers(client, { signal: options.signal });
  const limit = client.link.room(Math.min(size ?? BUFFER, LARGEST_BUFFER));
  const width = Math.max(1, options.window ?? Math.min(WIDEST, (count ?? 2) - 1));
  return new Upload({ client, image, options, limit, width }).run();
}

interface Setting {
  readonly client: SmpClient;
  readonly image: Uint8Array;
  readonly options: UploadOptions;
  readonly limit: number;
  readonly width: number;
}

class Upload {
  readonly #setting: Setting;
  readonly #cutter: ChunkCutter;
  readonly #window: UploadWindow;
  readonly #startedAt: number;
  #width: number;
  /** Where the server is, and from where on nothing was sent yet. */
  #acknowledged = 0;
  #next = 0;
  /** Where the server was at its first answer: what came before belongs to an earlier attempt. */
  #resumedAt: number | null = null;
  #stalled = 0;
  /** Requests in a row that nothing came back for. */
  #silences = 0;
  /** Chunks that may still be sent. */
  #left: number;

  constructor(setting: Setting) {
    const { client, image, options, limit, width } = setting;
    this.#setting = setting;
    this.#cutter = new ChunkCutter(image, {
      limit,
      ...(options.image === undefined ? {} : { image: options.image }),
    });
    this.#window = new UploadWindow(client);
    this.#width = width;
    this.#startedAt = client.clock.now();
    this.#left = PATIENCE + RESTARTS * Math.ceil(image.length / Math.max(32, limit / 2));
  }

  async run(): Promise<Receipt> {
    try {
      for (;;) {
        this.#fill();
        const receipt = this.#take(await this.#window.next());
        if (receipt !== null) return receipt;
      }
    } finally {
      this.#window.forget();
    }
  }

  /** Sends what the window has room for; the first chunk goes alone, since its answer says where to go on. */
  #fill(): void {
    const { image, options } = this.#setting;
    while (this.#window.size < (this.#next === 0 || this.#acknowledged === 0 ? 1 : this.#width)) {
      if (this.#window.size > 0 && this.#next >= image.length) return;
      if (this.#left <= 0 || this.#stalled >= PATIENCE) throw stalled(this.#acknowledged);
      this.#left -= 1;
      const chunk = this.#cutter.at(this.#next);
      const deadlineMs = chunk.start === 0 ? ERASE_MS : CHUNK_MS;
      this.#window.send(chunk, { signal: options.signal, deadlineMs });
      this.#next = chunk.end;
    }
  }

  /** What an answer means; a Receipt where it is the last. */
  #take({ chunk, map }: ChunkAnswer): Receipt | null {
    const { image, options, client } = this.#setting;
    if (map === null) return this.#lost(chunk.start);
    this.#silences = 0;
    const complaint = complaintOf(map);
    if (complaint !== null) return { accepted: false, step: 'upload', reason: complaint.text };
    const offset = offsetOf(map, image.length);
    this.#stalled = offset > this.#acknowledged ? 0 : this.#stalled + 1;
    if (offset !== chunk.end) this.#restart(offset);
    this.#acknowledged = offset;
    this.#resumedAt ??= offset === chunk.end ? 0 : offset;
    const seconds = (client.clock.now() - this.#startedAt) / 1000;
    options.onProgress?.(offset, image.length, (offset - this.#resumedAt) / Math.max(seconds, 0.001));
    return offset === image.length ? concluded(map, image.length) : null;
  }

  /** Nothing came back: asked once more, from where the server is known to be. */
  #lost(start: number): null {
    this.#silences += 1;
    if (start === 0 || this.#silences >= 2) throw fellSilent(this.#setting.client, this.#acknowledged);
    this.#restart(this.#acknowledged);
    return null;
  }

  /** Chunks under way are for another place than the server's; a loss may mean that it has no room for so many. */
  #restart(offset: number): void {
    this.#window.forget();
    if (this.#acknowledged > 0) this.#width = Math.max(1, this.#width >> 1);
    this.#next = offset;
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

function stalled(offset: number): PeerError {
  return new PeerError({
    code: 'upload-stalled',
    message: `the upload does not get beyond byte ${offset}`,
    expected: 'an offset that grows',
    remedy: 'erase the slot or restart the board, then offer again',
  });
}

function fellSilent(client: SmpClient, offset: number): PeerError {
  return new PeerError({
    code: 'no-answer',
    message: `the server fell silent at byte ${offset} of the upload`,
    got: client.link.tail(),
    remedy: 'see the console for a crash; then offer again: the upload goes on where it stopped',
  });
}
