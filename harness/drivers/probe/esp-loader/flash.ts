import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import { ESP_BLOCK, ESP_OP, espBlock, espCommand, type EspRequest, espWords } from '#codecs/esp-loader.ts';
import type { SlipLink } from '#drivers/channel/slip-link.ts';
import { exchange, silent } from '#drivers/probe/esp-loader/exchange.ts';

/** Which loader works on the flash, and what it cannot. */
export interface FlashWorld {
  readonly link: SlipLink;
  readonly isStub: boolean;
  /** FLASH_BEGIN takes a fifth word. */
  readonly beginsWithEncryption: boolean;
  /** Secure Download Mode: nothing can be read back, not even a digest. */
  readonly isSecure: boolean;
}

/** How a write is done. */
export interface WriteOptions extends CallOptions {
  /** Default: where it makes the content smaller. */
  readonly compress?: boolean;
  readonly onProgress?: (sent: number, total: number) => void;
}

const SHORT_MS = 3000;
const ERASE_MS_PER_MB = 40_000;
const MD5_MS_PER_MB = 8000;
/** Blocks of 64 KiB that the stub erases ahead of what it writes. */
const AHEAD = 2 * 0x10000;
/** A write whose digest is wrong is done once more. */
const WRITES = 2;

/** Flash content through the loader; addresses of writes and erases are those of whole sectors. */
export class LoaderFlash {
  readonly #world: FlashWorld;

  constructor(world: FlashWorld) {
    this.#world = world;
  }

  /** Writes whole sectors and compares their digest. PeerError `loader-digest` where it is wrong twice. */
  async write(address: number, bytes: Uint8Array, options: WriteOptions): Promise<void> {
    const content = padded(bytes, 4);
    for (let attempt = 1; ; attempt++) {
      await this.#transfer(address, content, options);
      if (this.#world.isSecure) return;
      const [found, wanted] = [await this.md5(address, content.length, options), md5(content)];
      if (found === wanted) return;
      if (attempt === WRITES) throw wrongDigest(address, wanted, found);
    }
  }

  /** Hex MD5 of a part of the flash, computed by the chip. */
  async md5(address: number, length: number, options: CallOptions): Promise<string> {
    const { link, isStub } = this.#world;
    const ask = {
      what: 'compute a digest',
      dataLength: isStub ? 16 : 32,
      deadlineMs: perMegabyte(MD5_MS_PER_MB, length),
    };
    const { data } = await exchange(link, espCommand(ESP_OP.flashMd5, address, length, 0, 0), ask, options);
    const bytes = Buffer.from(data);
    return isStub ? bytes.toString('hex') : bytes.toString('latin1').toLowerCase();
  }

  /** Reads any bytes. */
  read(address: number, length: number, options: CallOptions): Promise<Uint8Array> {
    if (length === 0) return Promise.resolve(new Uint8Array(0));
    return this.#world.isStub
      ? this.#stream(address, length, options)
      : this.#slowly(address, length, options);
  }

  /** Erases whole sectors. */
  async erase(address: number, length: number, options: CallOptions): Promise<void> {
    const { link, isStub } = this.#world;
    const deadlineMs = perMegabyte(ERASE_MS_PER_MB, length);
    const request = isStub
      ? espCommand(ESP_OP.eraseRegion, address, length)
      : this.#begin(ESP_OP.flashBegin, { size: length, blocks: length / ESP_BLOCK.flashRom, address });
    await exchange(link, request, { what: 'erase the region', deadlineMs }, options);
  }

  async #transfer(address: number, content: Uint8Array, options: WriteOptions): Promise<void> {
    const compressed = options.compress === false ? content : deflated(content);
    const isSmaller = compressed.length < content.length;
    const sent = isSmaller ? compressed : content;
    const { link, isStub } = this.#world;
    const block = isStub ? ESP_BLOCK.flashStub : ESP_BLOCK.flashRom;
    const size = isSmaller && !isStub ? Math.ceil(content.length / block) * block : content.length;
    const begin = isSmaller ? ESP_OP.deflBegin : ESP_OP.flashBegin;
    const eraseMs = isStub ? SHORT_MS : perMegabyte(ERASE_MS_PER_MB, size);
    await exchange(
      link,
      this.#begin(begin, { size, blocks: Math.ceil(sent.length / block), address }),
      { what: 'begin a transfer to flash', deadlineMs: eraseMs },
      options,
    );
    const data = isSmaller ? ESP_OP.deflData : ESP_OP.flashData;
    // The stub writes a block while the next one comes: each answer can be late by what the block before takes.
    const deadlineMs = perMegabyte(
      ERASE_MS_PER_MB,
      content.length / Math.max(1, sent.length / block) + AHEAD,
    );
    for (let at = 0, sequence = 0; at < sent.length; at += block, sequence++) {
      const piece = sent.subarray(at, at + block);
      const whole = isSmaller ? piece : padded(piece, block);
      const what = `write block ${sequence} of ${Math.ceil(sent.length / block)}`;
      await exchange(link, espBlock(data, sequence, whole), { what, deadlineMs }, options);
      options.onProgress?.(Math.min(at + block, sent.length), sent.length);
    }
    if (!isStub) return;
    // Tells how the last block went. Of the ROM it would start the application.
    const end = isSmaller ? ESP_OP.deflEnd : ESP_OP.flashEnd;
    await exchange(link, espCommand(end, 1), { what: 'end the transfer', deadlineMs }, options);
  }

  #begin(
    op: number,
    { size, blocks, address }: { readonly size: number; readonly blocks: number; readonly address: number },
  ): EspRequest {
    const { isStub, beginsWithEncryption } = this.#world;
    const words = [size, blocks, isStub ? ESP_BLOCK.flashStub : ESP_BLOCK.flashRom, address];
    return espCommand(op, ...words, ...(isStub || beginsWithEncryption ? [0] : []));
  }

  async #stream(address: number, length: number, options: CallOptions): Promise<Uint8Array> {
    const { link } = this.#world;
    const packet = ESP_BLOCK.read;
    await exchange(
      link,
      espCommand(ESP_OP.readFlash, address, length, packet, 64),
      { what: 'read flash' },
      options,
    );
    const content = new Uint8Array(length);
    let got = 0;
    while (got < length) {
      const frame = await this.#frame('send flash content', options);
      if (frame.length !== Math.min(packet, length - got)) throw damaged(address + got, frame.length);
      content.set(frame, got);
      got += frame.length;
      await link.send(espWords(got), options);
    }
    const digest = Buffer.from(await this.#frame('send the digest of what it read', options)).toString('hex');
    if (digest !== md5(content)) throw wrongDigest(address, digest, md5(content));
    return content;
  }

  async #frame(what: string, options: CallOptions): Promise<Uint8Array> {
    const { link } = this.#world;
    return (await link.next(SHORT_MS, options)) ?? Promise.reject(silent(what, link));
  }

  /** The ROM gives 64 bytes at a time. */
  async #slowly(address: number, length: number, options: CallOptions): Promise<Uint8Array> {
    const content = new Uint8Array(length);
    const ask = { what: 'read flash', dataLength: ESP_BLOCK.readSlow };
    for (let at = 0; at < length; at += ESP_BLOCK.readSlow) {
      const piece = Math.min(ESP_BLOCK.readSlow, length - at);
      const request = espCommand(ESP_OP.readFlashSlow, address + at, piece);
      const { data } = await exchange(this.#world.link, request, ask, options);
      content.set(data.subarray(0, piece), at);
    }
    return content;
  }
}

function deflated(content: Uint8Array): Uint8Array {
  return deflateSync(content, { level: 9, memLevel: 9 });
}

function padded(bytes: Uint8Array, unit: number): Uint8Array {
  if (bytes.length % unit === 0) return bytes;
  const whole = new Uint8Array(Math.ceil(bytes.length / unit) * unit).fill(0xff);
  whole.set(bytes);
  return whole;
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

function perMegabyte(ms: number, bytes: number): number {
  return Math.max(SHORT_MS, (ms * bytes) / 1e6);
}

function wrongDigest(address: number, wanted: string, found: string): PeerError {
  return new PeerError({
    code: 'loader-digest',
    message: `flash at 0x${address.toString(16)} does not hold what was transferred`,
    expected: `MD5 ${wanted}`,
    got: `MD5 ${found}`,
    remedy: 'lower the baud rate; if it stays, the flash chip is worn or its supply is weak',
  });
}

function damaged(address: number, length: number): PeerError {
  return new PeerError({
    code: 'loader-read',
    message: `a packet of flash content from 0x${address.toString(16)} is not whole`,
    expected: `${ESP_BLOCK.read} bytes, less at the end`,
    got: `${length} bytes`,
    remedy: 'lower the baud rate and check the cable',
  });
}
