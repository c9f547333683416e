import { crc32 } from '#codecs/crc32.ts';
import {
  decodeDfuRequest,
  DFU_INIT_LIMIT,
  DFU_OBJECT,
  DFU_OP,
  DFU_PAGE,
  DFU_RESULT,
  DFU_SERIAL_MTU,
  dfuWords,
  encodeDfuResponse,
  readDfuWords,
} from '#codecs/dfu-transport.ts';
import { encodeSlip, SlipDecoder } from '#codecs/slip.ts';
import type { NordicDfuChip } from '#virtual/nordic-dfu/chip.ts';
import { type Answer, denied, given } from '#virtual/nordic-dfu/target-answer.ts';
import { CommandObject, DataObjects } from '#virtual/nordic-dfu/target-objects.ts';

/** What a serial boot loader is attached to. */
export interface SerialTargetOptions {
  readonly chip: NordicDfuChip;
  /** Bytes to the host. */
  send(bytes: Uint8Array): void;
  /** The boot loader resets: an update was received whole, or the host gave up. */
  onReset?(): void;
}

/** FICR of an nRF52840, variant AAC0: part, variant, flash and RAM in KiB, page. */
const HARDWARE = [0x52840, 0x41414330, 0x100000, 0x40000, DFU_PAGE] as const;

/** Nordic's Secure DFU boot loader as a host meets it on a UART. */
export class DfuSerialTarget {
  readonly #options: SerialTargetOptions;
  readonly #decoder = new SlipDecoder(DFU_SERIAL_MTU);
  readonly #command: CommandObject;
  #data: DataObjects | null = null;
  #selected: 'command' | 'data' = 'command';
  #receipts = 0;
  #writes = 0;

  constructor(options: SerialTargetOptions) {
    this.#options = options;
    this.#command = new CommandObject(options.chip);
  }

  /** Bytes from the host. */
  receive(bytes: Uint8Array): void {
    for (const item of this.#decoder.push(bytes)) {
      if (item.kind === 'frame') this.#frame(item.frame);
    }
  }

  #frame(frame: Uint8Array): void {
    const request = decodeDfuRequest(frame);
    if (request === null) return;
    const { op, payload } = request;
    if (op === DFU_OP.write) {
      this.#write(payload);
      return;
    }
    const { result, data, resets } = this.#answer(op, payload);
    this.#respond(op, result, data);
    if (resets) this.#options.onReset?.();
  }

  #answer(op: number, payload: Uint8Array): Answer {
    switch (op) {
      case DFU_OP.protocolVersion:
        return given(Uint8Array.of(1));
      case DFU_OP.ping:
        return payload.length === 1 ? given(payload) : denied(DFU_RESULT.parameter);
      case DFU_OP.mtu:
        return given(Uint8Array.of(DFU_SERIAL_MTU & 0xff, DFU_SERIAL_MTU >> 8));
      case DFU_OP.setReceipts:
        return this.#setReceipts(payload);
      case DFU_OP.hardwareVersion:
        return given(dfuWords(...HARDWARE));
      case DFU_OP.select:
        return this.#select(payload);
      case DFU_OP.create:
        return this.#create(payload);
      case DFU_OP.crc:
        return given(this.#progress());
      case DFU_OP.execute:
        return this.#execute();
      case DFU_OP.abort:
        return { ...given(), resets: true };
      default:
        return denied(DFU_RESULT.notSupported);
    }
  }

  #setReceipts(payload: Uint8Array): Answer {
    if (payload.length !== 2) return denied(DFU_RESULT.parameter);
    this.#receipts = (payload[0] ?? 0) | ((payload[1] ?? 0) << 8);
    return given();
  }

  #select(payload: Uint8Array): Answer {
    const [type] = payload;
    if (type !== DFU_OBJECT.command && type !== DFU_OBJECT.data) return denied(DFU_RESULT.object);
    this.#selected = type === DFU_OBJECT.command ? 'command' : 'data';
    const most = type === DFU_OBJECT.command ? DFU_INIT_LIMIT : DFU_PAGE;
    return given(Uint8Array.from([...dfuWords(most), ...this.#progress()]));
  }

  #create(payload: Uint8Array): Answer {
    const [type] = payload;
    const [size] = readDfuWords(payload.subarray(1), 1) ?? [];
    this.#writes = 0;
    if (size === undefined) return denied(DFU_RESULT.parameter);
    if (type === DFU_OBJECT.command) {
      this.#selected = 'command';
      this.#data = null;
      return this.#command.create(size);
    }
    if (type !== DFU_OBJECT.data) return denied(DFU_RESULT.object);
    this.#selected = 'data';
    return this.#data?.create(size) ?? denied(DFU_RESULT.notPermitted);
  }

  /** Answered by none, but by how far it has come after so many as the host asked for. */
  #write(piece: Uint8Array): void {
    const target = this.#selected === 'command' ? this.#command : this.#data;
    const result = target?.write(piece) ?? DFU_RESULT.notPermitted;
    if (result !== DFU_RESULT.success) {
      this.#respond(DFU_OP.write, result, new Uint8Array(0));
      return;
    }
    this.#writes += 1;
    if (this.#receipts === 0 || this.#writes < this.#receipts) return;
    this.#writes = 0;
    this.#respond(DFU_OP.crc, DFU_RESULT.success, this.#progress());
  }

  #execute(): Answer {
    if (this.#selected === 'data') return this.#data?.execute() ?? denied(DFU_RESULT.notPermitted);
    const answer = this.#command.execute();
    this.#data = this.#command.accepted === null ? null : new DataObjects(this.#command.accepted);
    return answer;
  }

  #progress(): Uint8Array {
    const content = this.#selected === 'command' ? this.#command.content : this.#data?.content;
    return content === undefined ? dfuWords(0, 0) : dfuWords(content.length, crc32(content));
  }

  #respond(op: number, result: number, payload: Uint8Array): void {
    this.#options.send(encodeSlip(encodeDfuResponse({ op, result, payload }), { leading: false }));
  }
}
