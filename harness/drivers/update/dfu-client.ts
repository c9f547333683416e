import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import { crc32 } from '#codecs/crc32.ts';
import {
  decodeDfuResponse,
  DFU_OBJECT,
  DFU_OP,
  dfuPieceLength,
  type DfuProgress,
  type DfuResponse,
  dfuResultText,
  DFU_RESULT,
  dfuWords,
  encodeDfuRequest,
  readDfuWords,
} from '#codecs/dfu-transport.ts';
import type { SlipLink } from '#drivers/channel/slip-link.ts';

/** The boot loader refused a request. */
export class DfuRefused extends PeerError {
  readonly response: DfuResponse;

  constructor(what: string, response: DfuResponse) {
    super({
      code: 'dfu-refused',
      message: `the boot loader refused to ${what}`,
      expected: 'success',
      got: dfuResultText(response),
      remedy: 'compare versions, hardware version, SoftDevice and key of the package with those of the board',
    });
    this.response = response;
  }
}

const ANSWER_MS = 10_000;
const PING_MS = 1000;
/** Of an object whose CRC is wrong. */
const ATTEMPTS = 2;

/** How an object is sent. */
interface Sending {
  readonly type: number;
  /** Whole content of which the object is a part. */
  readonly content: Uint8Array;
  readonly what: string;
}

/** A client of Nordic's Secure DFU boot loader over a serial line. */
export class DfuClient {
  readonly #link: SlipLink;
  readonly #receipts: number;
  #pieceLength = 0;
  #pings = 0;

  /** `receipts`: after so many writes the boot loader says how far it has come; 0: never, for lines with flow control. */
  constructor(link: SlipLink, receipts: number) {
    this.#link = link;
    this.#receipts = receipts;
  }

  /** Waits until the boot loader answers, then agrees on receipts and the size of writes. PeerError `dfu-silent`. */
  async open(deadlineMs: number, options: CallOptions): Promise<void> {
    const until = this.#link.clock.now() + deadlineMs;
    while (!(await this.#ping(options))) {
      if (this.#link.clock.now() >= until) throw silent('answer a ping', this.#link);
    }
    const receipts = Uint8Array.of(this.#receipts & 0xff, this.#receipts >> 8);
    await this.#ask(DFU_OP.setReceipts, receipts, 'set receipts', options);
    const { payload } = await this.#ask(DFU_OP.mtu, NONE, 'tell the size of its transfers', options);
    const [low = 0, high = 0] = payload;
    this.#pieceLength = dfuPieceLength(low | (high << 8));
    if (payload.length !== 2 || this.#pieceLength < 1)
      throw malformed('tell the size of its transfers', payload);
  }

  /** Sends the init packet, or what of it is missing, and has it judged. */
  async sendInit(initPacket: Uint8Array, options: CallOptions): Promise<void> {
    const sending = { type: DFU_OBJECT.command, content: initPacket, what: 'take the init packet' };
    const before = await this.#select(sending, options);
    if (before.offset === 0 || !fits(before, initPacket))
      await this.#object(sending, 0, initPacket.length, options);
    else if (before.offset < initPacket.length)
      await this.#stream(sending, before.offset, initPacket.length, options);
    await this.#ask(DFU_OP.execute, NONE, 'accept the init packet', options);
  }

  /** Sends the firmware object by object, from where an interrupted transfer has got to. */
  async sendFirmware(
    firmware: Uint8Array,
    onProgress: (sent: number) => void,
    options: CallOptions,
  ): Promise<void> {
    const sending = { type: DFU_OBJECT.data, content: firmware, what: 'take firmware' };
    const before = await this.#select(sending, options);
    let at = await this.#resume(sending, before, options);
    while (at < firmware.length) {
      const end = Math.min(at + before.most, firmware.length);
      await this.#object(sending, at, end, options);
      await this.#execute(end === firmware.length, options);
      at = end;
      onProgress(at);
    }
  }

  /** Where to go on; what is left of a half object with a good CRC is sent first. */
  async #resume(sending: Sending, before: Selected, options: CallOptions): Promise<number> {
    const { offset, most } = before;
    const inside = offset % most;
    if (offset === 0) return 0;
    if (!fits(before, sending.content)) return offset - (inside === 0 ? most : inside);
    const end = inside === 0 ? offset : Math.min(offset - inside + most, sending.content.length);
    if (end > offset) await this.#stream(sending, offset, end, options);
    await this.#execute(end === sending.content.length, options);
    return end;
  }

  #execute(isLast: boolean, options: CallOptions): Promise<DfuResponse> {
    return this.#ask(DFU_OP.execute, NONE, isLast ? 'accept the firmware' : 'keep a page', options);
  }

  async #object(sending: Sending, from: number, to: number, options: CallOptions): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const size = Uint8Array.of(sending.type, ...dfuWords(to - from));
      await this.#ask(DFU_OP.create, size, sending.what, options);
      try {
        await this.#stream(sending, from, to, options);
        return;
      } catch (error) {
        const isLoss = error instanceof PeerError && error.code === 'dfu-crc';
        if (!isLoss || attempt === ATTEMPTS) throw error;
      }
    }
  }

  async #stream(sending: Sending, from: number, to: number, options: CallOptions): Promise<void> {
    const { content, what } = sending;
    for (let at = from, writes = 1; at < to; at += this.#pieceLength, writes++) {
      const end = Math.min(at + this.#pieceLength, to);
      await this.#link.send(encodeDfuRequest(DFU_OP.write, content.subarray(at, end)), options);
      if (this.#receipts === 0 || writes % this.#receipts !== 0) continue;
      compare(progressOf(await this.#answer(DFU_OP.crc, what, options), what), content, end);
    }
    const told = await this.#ask(DFU_OP.crc, NONE, 'tell how far it has come', options);
    compare(progressOf(told, what), content, to);
  }

  async #select({ type, what }: Sending, options: CallOptions): Promise<Selected> {
    const { payload } = await this.#ask(DFU_OP.select, Uint8Array.of(type), what, options);
    const [most, offset, crc] = readDfuWords(payload, 3) ?? [];
    if (most === undefined || offset === undefined || crc === undefined || most === 0)
      throw malformed(what, payload);
    return { most, offset, crc };
  }

  async #ping(options: CallOptions): Promise<boolean> {
    this.#pings = (this.#pings + 1) % 256;
    await this.#link.send(encodeDfuRequest(DFU_OP.ping, Uint8Array.of(this.#pings)), options);
    const frame = await this.#link.next(PING_MS, options);
    return frame !== null && decodeDfuResponse(frame)?.op === DFU_OP.ping;
  }

  async #ask(op: number, payload: Uint8Array, what: string, options: CallOptions): Promise<DfuResponse> {
    await this.#link.send(encodeDfuRequest(op, payload), options);
    return this.#answer(op, what, options);
  }

  #answer(op: number, what: string, options: CallOptions): Promise<DfuResponse> {
    const awaited = {
      deadlineMs: ANSWER_MS,
      read: (frame: Uint8Array) => responseTo(op, what, frame),
      silent: () => silent(what, this.#link),
      babbles: (most: number) => babbles(what, this.#link, most),
    };
    return this.#link.answer(awaited, options);
  }
}

function responseTo(op: number, what: string, frame: Uint8Array): DfuResponse | null {
  const response = decodeDfuResponse(frame);
  // A write has no answer but a refusal, which stands where the next answer is awaited.
  if (response?.op !== op && response?.op !== DFU_OP.write) return null;
  if (response.result === DFU_RESULT.success) return response;
  throw new DfuRefused(what, response);
}

interface Selected extends DfuProgress {
  /** Largest object. */
  readonly most: number;
}

const NONE = new Uint8Array(0);

/** Whether what the boot loader has is the beginning of the content. */
function fits({ offset, crc }: DfuProgress, content: Uint8Array): boolean {
  return offset <= content.length && crc32(content.subarray(0, offset)) === crc;
}

function progressOf({ payload }: DfuResponse, what: string): DfuProgress {
  const [offset, crc] = readDfuWords(payload, 2) ?? [];
  if (offset === undefined || crc === undefined) throw malformed(what, payload);
  return { offset, crc };
}

function compare(progress: DfuProgress, content: Uint8Array, end: number): void {
  if (progress.offset === end && fits(progress, content)) return;
  throw new PeerError({
    code: 'dfu-crc',
    message: 'the boot loader has not received what was sent',
    expected: `${end} bytes with CRC 0x${crc32(content.subarray(0, end)).toString(16)}`,
    got: `${progress.offset} bytes with CRC 0x${progress.crc.toString(16)}`,
    remedy: 'use a line with flow control, or set receipts to 1',
  });
}

function silent(what: string, link: SlipLink): PeerError {
  return new PeerError({
    code: 'dfu-silent',
    message: `the boot loader did not ${what}`,
    expected: 'an answer',
    got: link.excerpt(),
    remedy: 'check that the board is in its boot loader, the cable, and the baud rate',
  });
}

function babbles(what: string, link: SlipLink, most: number): PeerError {
  return new PeerError({
    code: 'dfu-babbles',
    message: `something talks on the line without end, but does not ${what}`,
    expected: `an answer among ${most} frames`,
    got: link.excerpt(),
    remedy: 'check that the board is in its boot loader, and that nothing else drives its line',
  });
}

function malformed(what: string, payload: Uint8Array): PeerError {
  return new PeerError({
    code: 'dfu-malformed',
    message: `the boot loader's answer has no such form when asked to ${what}`,
    got: payload.length === 0 ? 'nothing' : Buffer.from(payload.subarray(0, 32)).toString('hex'),
    remedy: 'check the cable; the boot loader may speak another protocol',
  });
}
