import { ESP_OP, espChecksum, type EspRequest, espWord, readBlock } from '#codecs/esp-loader.ts';
import type { LoaderMemory } from '#virtual/esp-loader/memory.ts';
import { type Outcome, refused, ROM_ERROR, STUB_ERROR } from '#virtual/esp-loader/outcome.ts';
import type { EspRegisters } from '#virtual/esp-loader/registers.ts';

/** What these commands work on. */
export interface MemoryWorld {
  readonly memory: LoaderMemory;
  readonly registers: EspRegisters;
  isStub(): boolean;
  /** MEM_END jumps to code. */
  readonly jumps: boolean;
}

/** Pointer of the ESP32-S3's ROM to its function that reads flash. */
const READ_POINTER = 0x3fcef688;
const WRITE_ENTRY = 16;

/** READ_REG, WRITE_REG, MEM_BEGIN, MEM_DATA and MEM_END. */
export class MemoryCommands {
  readonly #world: MemoryWorld;

  constructor(world: MemoryWorld) {
    this.#world = world;
  }

  carryOut(request: EspRequest): Outcome {
    const { op, data } = request;
    if (op === ESP_OP.readReg) return this.#read(data);
    if (op === ESP_OP.writeReg) return this.#write(data);
    if (op === ESP_OP.memBegin) return this.#begin(data);
    return op === ESP_OP.memData ? this.#take(request) : this.#end(data);
  }

  /** Whether the ROM's pointer to its read function leads into code that was sent. */
  hijacked(): boolean {
    const { memory, registers } = this.#world;
    return memory.holdsCode(registers.read(READ_POINTER));
  }

  #read(data: Uint8Array): Outcome {
    if (data.length !== 4) return this.#malformed();
    return { value: this.#world.registers.read(espWord(data, 0)) };
  }

  /** The stub takes several writes at once. */
  #write(data: Uint8Array): Outcome {
    const fits = data.length === WRITE_ENTRY || (this.#world.isStub() && data.length > 0);
    if (!fits || data.length % WRITE_ENTRY !== 0) return this.#malformed();
    for (let i = 0; i < data.length / 4; i += 4) {
      this.#world.registers.write(espWord(data, i), espWord(data, i + 1), espWord(data, i + 2));
    }
    return {};
  }

  #begin(data: Uint8Array): Outcome {
    if (data.length !== WRITE_ENTRY) return this.#malformed();
    const began = this.#world.memory.begin(espWord(data, 3), espWord(data, 0));
    return began ? {} : refused(ROM_ERROR.ramAddress);
  }

  #take({ data, checksum }: EspRequest): Outcome {
    const block = readBlock(data);
    if (block === null) return this.#malformed();
    if (espChecksum(block.content) !== checksum) {
      return refused(this.#world.isStub() ? STUB_ERROR.checksum : ROM_ERROR.checksum);
    }
    return this.#world.memory.take(block.content) ? {} : refused(ROM_ERROR.ramAddress);
  }

  #end(data: Uint8Array): Outcome {
    if (data.length !== 8) return this.#malformed();
    const entry = espWord(data, 1);
    if (entry === 0) return {};
    const { memory, jumps } = this.#world;
    if (!jumps || !memory.holdsCode(entry)) return refused(ROM_ERROR.failed);
    return { startsStub: true };
  }

  #malformed(): Outcome {
    return refused(this.#world.isStub() ? STUB_ERROR.length : ROM_ERROR.message);
  }
}
