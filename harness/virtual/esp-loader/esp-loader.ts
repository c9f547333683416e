import { encodeSlip, SlipDecoder } from '#codecs/slip.ts';
import {
  decodeEspRequest,
  encodeEspResponse,
  ESP_FRAME_LIMIT,
  ESP_OP,
  type EspRequest,
} from '#codecs/esp-loader.ts';
import { loaderChipById, loaderChipByMagic, type EspLoaderChip } from '#codecs/esp-loader-chip.ts';
import type { ChipModel } from '#virtual/esp-idf/chip-models.ts';
import { secureBootEnabled } from '#virtual/esp-idf/fuses.ts';
import { efuseRegisters } from '#virtual/esp-loader/efuse-registers.ts';
import { FlashCommands } from '#virtual/esp-loader/flash-commands.ts';
import type { FlashReading } from '#virtual/esp-loader/flash-reading.ts';
import { LoaderMemory } from '#virtual/esp-loader/memory.ts';
import { type Outcome, refused, ROM_ERROR, STUB_ERROR } from '#virtual/esp-loader/outcome.ts';
import { MemoryCommands } from '#virtual/esp-loader/memory-commands.ts';
import { EspRegisters, romBaudRate } from '#virtual/esp-loader/registers.ts';
import { securityInfoOf } from '#virtual/esp-loader/security-info.ts';
import type { Storage } from '#virtual/storage.ts';

/** What a virtual serial loader stands on. */
export interface EspLoaderOptions {
  readonly model: ChipModel;
  readonly storage: Storage;
  /** Base MAC address; default one of a range that is administered locally. */
  readonly mac?: Uint8Array;
  /** Flash encryption is on, as the eFuses say. */
  readonly encrypted?: boolean;
  /** ENABLE_SECURITY_DOWNLOAD: what reads memory or runs code is refused. */
  readonly secureDownload?: boolean;
  /** Bytes to the host. */
  send(bytes: Uint8Array): void;
  /** The UART has another speed from now on. */
  onBaudRate?(baudRate: number): void;
  /** The host asked for the application to be started. */
  onRun?(): void;
}

const ROM_BAUD = 115_200;
const DEFAULT_MAC = Uint8Array.of(0x02, 0x00, 0xa5, 0x5a, 0x00, 0x01);
/** Value of the answer to SYNC: a stub gives 0, by which it is known. */
const SYNC_VALUE = 0x20120707;
const SYNC_ANSWERS = 8;
const GREETING = Buffer.from('OHAI', 'latin1');
/** Commands that Secure Download Mode leaves. */
const SECURE_OPS: ReadonlySet<number> = new Set([
  ESP_OP.sync,
  ESP_OP.flashBegin,
  ESP_OP.flashData,
  ESP_OP.flashEnd,
  ESP_OP.deflBegin,
  ESP_OP.deflData,
  ESP_OP.deflEnd,
  ESP_OP.spiAttach,
  ESP_OP.spiSetParams,
  ESP_OP.changeBaudRate,
  ESP_OP.securityInfo,
]);

/**
 * The serial loader of an ESP32 or ESP32-S3 as a host meets it: the ROM's, then the flasher stub once one was sent and
 * started. The stub's machine code is not run; what it would do is done here.
 */
export class EspLoader {
  readonly #options: EspLoaderOptions;
  readonly #chip: EspLoaderChip;
  #decoder = new SlipDecoder(ESP_FRAME_LIMIT);
  #registers: EspRegisters;
  #memory: MemoryCommands;
  #flash: FlashCommands;
  #reading: FlashReading | null = null;
  #isStub = false;
  #baudRate = ROM_BAUD;

  constructor(options: EspLoaderOptions) {
    this.#options = options;
    this.#chip = chipOf(options.model);
    this.#registers = this.#freshRegisters();
    this.#memory = this.#freshMemory();
    this.#flash = new FlashCommands(options.storage, () => this.#isStub);
  }

  /** Speed of the UART. */
  get baudRate(): number {
    return this.#baudRate;
  }

  /** Whether the flasher stub runs. */
  get isStub(): boolean {
    return this.#isStub;
  }

  /** Writes to the eFuse controller since the last reset. */
  get efuseWrites(): number {
    return this.#registers.efuseWrites;
  }

  /** The chip starts anew: the ROM listens, whatever ran before. */
  reset(): void {
    this.#decoder = new SlipDecoder(ESP_FRAME_LIMIT);
    this.#isStub = false;
    this.#reading = null;
    this.#registers = this.#freshRegisters();
    this.#memory = this.#freshMemory();
    this.#flash = new FlashCommands(this.#options.storage, () => this.#isStub);
    this.#setBaudRate(ROM_BAUD);
  }

  /** Bytes from the host. */
  receive(bytes: Uint8Array): void {
    for (const item of this.#decoder.push(bytes)) {
      if (item.kind === 'frame') this.#frame(item.frame);
    }
  }

  #frame(frame: Uint8Array): void {
    if (this.#reading !== null) {
      this.#continueReading(this.#reading, frame);
      return;
    }
    const request = decodeEspRequest(frame);
    if (request !== null) this.#answer(request, this.#carryOut(request));
    else if (frame.length >= 8 && frame[0] === 0) {
      const op = frame[1] ?? 0;
      this.#answer({ op, data: new Uint8Array(0), checksum: 0 }, this.#malformed());
    }
  }

  #malformed(): Outcome {
    return refused(this.#isStub ? STUB_ERROR.length : ROM_ERROR.message);
  }

  #carryOut(request: EspRequest): Outcome {
    const { op, data } = request;
    if (this.#options.secureDownload === true && !SECURE_OPS.has(op)) return { unknown: true };
    const late = this.#flash.takeLateError(op);
    if (late !== null) return late;
    switch (op) {
      case ESP_OP.sync:
        return { value: this.#isStub ? 0 : SYNC_VALUE };
      case ESP_OP.readReg:
      case ESP_OP.writeReg:
      case ESP_OP.memBegin:
      case ESP_OP.memData:
      case ESP_OP.memEnd:
        return this.#memory.carryOut(request);
      case ESP_OP.changeBaudRate:
        return data.length === 8 ? {} : this.#malformed();
      case ESP_OP.securityInfo:
        return this.#securityInfo();
      case ESP_OP.readFlashSlow:
        return this.#isStub ? refused(STUB_ERROR.command) : this.#readSlow(data);
      default:
        return this.#flash.carryOut(request);
    }
  }

  #securityInfo(): Outcome {
    if (this.#chip.magic !== null) return this.#isStub ? refused(STUB_ERROR.command) : { unknown: true };
    const { storage, model, encrypted = false, secureDownload = false } = this.#options;
    return { data: securityInfoOf(storage, { model, encrypted, secureDownload }) };
  }

  /** With nothing to read this calls through a pointer in RAM, by which a stub can be started. */
  #readSlow(data: Uint8Array): Outcome {
    return this.#memory.hijacked() ? { startsStub: true } : this.#flash.readSlow(data);
  }

  #answer({ op, data }: EspRequest, outcome: Outcome): void {
    if (outcome.startsStub === true && op === ESP_OP.readFlashSlow) {
      this.#startStub();
      return;
    }
    const times = op === ESP_OP.sync ? SYNC_ANSWERS : 1;
    for (let i = 0; i < times; i++) this.#respond(op, outcome);
    if (outcome.startsStub === true) this.#startStub();
    if (outcome.code !== undefined || outcome.unknown === true) return;
    if (op === ESP_OP.changeBaudRate) this.#changeBaudRate(data);
    if (outcome.runs === true) this.#options.onRun?.();
    if (outcome.reading !== undefined) {
      this.#reading = outcome.reading;
      this.#send(outcome.reading.next());
    }
  }

  /** The ROM's answers carry two more bytes, and one to a command that it does not know does not repeat the command. */
  #respond(op: number, { value = 0, data = new Uint8Array(0), code, unknown }: Outcome): void {
    const status = new Uint8Array(this.#isStub ? 2 : 4);
    const failure = code ?? (unknown === true ? this.#unknownCode() : 0);
    status.set([failure >> 8, failure & 0xff]);
    const body = failure === 0 ? Uint8Array.from([...data, ...status]) : status;
    const echoed = unknown === true && !this.#isStub ? 0 : op;
    this.#send(encodeEspResponse({ op: echoed, value, body }));
  }

  #unknownCode(): number {
    return this.#isStub ? STUB_ERROR.command : ROM_ERROR.message;
  }

  #startStub(): void {
    this.#isStub = true;
    this.#send(GREETING);
  }

  #continueReading(reading: FlashReading, frame: Uint8Array): void {
    if (!reading.acknowledge(frame)) return;
    this.#send(reading.next());
    if (reading.done) this.#reading = null;
  }

  #changeBaudRate(data: Uint8Array): void {
    const asked = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
    this.#setBaudRate(this.#isStub ? asked : romBaudRate(this.#chip, asked));
  }

  #setBaudRate(baudRate: number): void {
    this.#baudRate = baudRate;
    this.#options.onBaudRate?.(baudRate);
  }

  #send(frame: Uint8Array): void {
    this.#options.send(encodeSlip(frame));
  }

  #freshRegisters(): EspRegisters {
    const { storage, model, mac = DEFAULT_MAC, encrypted = false } = this.#options;
    return new EspRegisters({
      chip: this.#chip,
      flashSize: storage.shape.size,
      efuses: efuseRegisters(storage, { model, mac, encrypted }),
      // APB_CTRL_DATE of the ESP32: the third bit of the revision.
      fixed: new Map(model.name === 'esp32' ? [[0x3ff6607c, 0x80000000]] : []),
      baudRate: () => this.#baudRate,
    });
  }

  #freshMemory(): MemoryCommands {
    const { model, storage } = this.#options;
    return new MemoryCommands({
      memory: new LoaderMemory(),
      registers: this.#registers,
      isStub: () => this.#isStub,
      // A defect of the ESP32-S3's ROM: with Secure Boot on, MEM_END does not jump.
      jumps: model.name !== 'esp32s3' || !secureBootEnabled(storage),
    });
  }
}

function chipOf(model: ChipModel): EspLoaderChip {
  const chip = loaderChipById(model.chipId) ?? loaderChipByMagic(0x00f01d83);
  if (chip === undefined) throw new RangeError(`no loader for chip ${model.chipId}`);
  return chip;
}
