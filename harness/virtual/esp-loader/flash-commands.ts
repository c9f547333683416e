import { hash } from 'node:crypto';
import {
  ESP_BLOCK,
  ESP_OP,
  ESP_SECTOR,
  espChecksum,
  type EspRequest,
  espWord,
  readBlock,
} from '#codecs/esp-loader.ts';
import { FlashReading } from '#virtual/esp-loader/flash-reading.ts';
import { FlashWriter, type LoaderFlash } from '#virtual/esp-loader/flash-writer.ts';
import { type Outcome, refused, ROM_ERROR, STUB_ERROR } from '#virtual/esp-loader/outcome.ts';

/** Size that the ROM takes the flash chip for until it is told. */
const ROM_DEFAULT_SIZE = 2 * 1024 * 1024;
/** What a command that works on flash can fail of, in the words of both loaders. */
const FAILURES = {
  length: { rom: ROM_ERROR.message, stub: STUB_ERROR.length },
  checksum: { rom: ROM_ERROR.checksum, stub: STUB_ERROR.checksum },
  address: { rom: ROM_ERROR.failed, stub: STUB_ERROR.failed },
  noTransfer: { rom: ROM_ERROR.failed, stub: STUB_ERROR.noTransfer },
  inflate: { rom: ROM_ERROR.inflate, stub: STUB_ERROR.inflate },
  tooMuch: { rom: ROM_ERROR.failed, stub: STUB_ERROR.tooMuch },
  unfinished: { rom: ROM_ERROR.failed, stub: STUB_ERROR.length },
} as const;

type Failure = keyof typeof FAILURES;

/** Commands on the flash chip. */
export class FlashCommands {
  readonly #flash: LoaderFlash;
  readonly #isStub: () => boolean;
  #size = ROM_DEFAULT_SIZE;
  #isAttached = false;
  #writer: FlashWriter | null = null;
  /** Of a block that the stub acknowledged before it wrote it. */
  #late: Failure | null = null;

  constructor(flash: LoaderFlash, isStub: () => boolean) {
    this.#flash = flash;
    this.#isStub = isStub;
  }

  /** The failure of a block acknowledged before: it is the answer to the next command, which is not carried out. */
  takeLateError(op: number): Outcome | null {
    if (this.#late === null || op === ESP_OP.sync) return null;
    const late = this.#late;
    this.#late = null;
    return this.#failed(late);
  }

  carryOut(request: EspRequest): Outcome {
    const { op, data } = request;
    switch (op) {
      case ESP_OP.spiAttach:
        this.#isAttached = true;
        return {};
      case ESP_OP.spiSetParams:
        return this.#setParameters(data);
      case ESP_OP.flashBegin:
      case ESP_OP.deflBegin:
        return this.#begin(op === ESP_OP.deflBegin, data);
      case ESP_OP.flashData:
      case ESP_OP.deflData:
        return this.#take(request);
      case ESP_OP.flashEnd:
      case ESP_OP.deflEnd:
        return this.#end(data);
      case ESP_OP.flashMd5:
        return this.#md5(data);
      default:
        return this.#isStub() ? this.#stubCommand(op, data) : { unknown: true };
    }
  }

  /** Always a whole buffer, however little was asked for. */
  readSlow(data: Uint8Array): Outcome {
    const [address, length] = [espWord(data, 0), espWord(data, 1)];
    if (data.length !== 8 || length > ESP_BLOCK.readSlow) return refused(ROM_ERROR.readLength);
    if (!this.#holds(address, length)) return this.#failed('address');
    const buffer = new Uint8Array(ESP_BLOCK.readSlow);
    buffer.set(this.#flash.bytes.subarray(address, address + length));
    return { data: buffer };
  }

  #stubCommand(op: number, data: Uint8Array): Outcome {
    if (op === ESP_OP.eraseFlash) return this.#erase(0, this.#flash.shape.size);
    if (op === ESP_OP.eraseRegion) {
      return data.length === 8 ? this.#erase(espWord(data, 0), espWord(data, 1)) : this.#failed('length');
    }
    return op === ESP_OP.readFlash ? this.#read(data) : refused(STUB_ERROR.command);
  }

  #setParameters(data: Uint8Array): Outcome {
    if (data.length !== 24) return this.#failed('length');
    this.#size = espWord(data, 1);
    return {};
  }

  /** Nothing to write, nothing to erase: what comes before FLASH_END when only a start is asked for. */
  #begin(compressed: boolean, data: Uint8Array): Outcome {
    if (data.length !== 16 && data.length !== 20) return this.#failed('length');
    const [size, address] = [espWord(data, 0), espWord(data, 3)];
    if (!this.#holds(address, size) || (!this.#isStub() && address % ESP_SECTOR !== 0)) {
      return this.#failed('address');
    }
    this.#writer = new FlashWriter(this.#flash, { address, size, compressed, erasing: this.#isStub() });
    if (!this.#isStub() && size > 0) this.#eraseSectors(address, size);
    return {};
  }

  #take({ data, checksum }: EspRequest): Outcome {
    const block = readBlock(data);
    if (block === null) return this.#failed('length');
    if (this.#writer === null) return this.#failed('noTransfer');
    if (espChecksum(block.content) !== checksum) return this.#failed('checksum');
    const refusal = this.#writer.take(block.content);
    if (refusal === null) return {};
    const failure = refusal === 'inflate' ? 'inflate' : 'tooMuch';
    if (!this.#isStub()) return this.#failed(failure);
    this.#late = failure;
    return {};
  }

  #end(data: Uint8Array): Outcome {
    if (data.length !== 4) return this.#failed('length');
    const writer = this.#writer;
    this.#writer = null;
    if (writer === null) return this.#failed('noTransfer');
    if (!writer.complete) {
      writer.end();
      return this.#failed('unfinished');
    }
    // The present stub takes the wish for a restart and does nothing about it.
    return espWord(data, 0) === 0 && !this.#isStub() ? { runs: true } : {};
  }

  #md5(data: Uint8Array): Outcome {
    const [address, length] = [espWord(data, 0), espWord(data, 1)];
    if (data.length !== 16) return this.#failed('length');
    if (!this.#holds(address, length)) return this.#failed('address');
    const digest = hash('md5', this.#flash.bytes.subarray(address, address + length), 'buffer');
    return { data: this.#isStub() ? digest : Buffer.from(digest.toString('hex'), 'latin1') };
  }

  #erase(address: number, length: number): Outcome {
    if (address % ESP_SECTOR !== 0 || length % ESP_SECTOR !== 0) return this.#failed('length');
    if (!this.#holds(address, length)) return this.#failed('address');
    if (length > 0) this.#flash.erase(address, length);
    return {};
  }

  #read(data: Uint8Array): Outcome {
    const [address, length, packet] = [espWord(data, 0), espWord(data, 1), espWord(data, 2)];
    if (data.length !== 16) return this.#failed('length');
    if (packet === 0 || packet > ESP_BLOCK.read) return refused(STUB_ERROR.blockSize);
    if (!this.#holds(address, length)) return this.#failed('address');
    return { reading: new FlashReading(this.#flash.bytes.slice(address, address + length), packet) };
  }

  #eraseSectors(address: number, size: number): void {
    this.#flash.erase(address, Math.ceil(size / ESP_SECTOR) * ESP_SECTOR);
  }

  /** The ROM goes by what it was told of the flash chip, the stub finds out itself. */
  #holds(address: number, length: number): boolean {
    const { size } = this.#flash.shape;
    if (this.#isStub()) return address + length <= size;
    const end = Math.ceil((address + length) / ESP_SECTOR) * ESP_SECTOR;
    return this.#isAttached && end <= Math.min(size, this.#size);
  }

  #failed(failure: Failure): Outcome {
    return refused(FAILURES[failure][this.#isStub() ? 'stub' : 'rom']);
  }
}
