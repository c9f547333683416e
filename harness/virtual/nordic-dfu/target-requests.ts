import { crc32 } from '#codecs/crc32.ts';
import {
  DFU_INIT_LIMIT,
  DFU_OBJECT,
  DFU_OP,
  DFU_PAGE,
  DFU_RESULT,
  dfuWords,
  readDfuWords,
} from '#codecs/dfu-transport.ts';
import type { NordicDfuChip } from '#virtual/nordic-dfu/chip.ts';
import { type Answer, denied, given } from '#virtual/nordic-dfu/target-answer.ts';
import { CommandObject, DataObjects } from '#virtual/nordic-dfu/target-objects.ts';

/** FICR of an nRF52840, variant AAC0: part, variant, flash and RAM in KiB, page. */
const HARDWARE = [0x52840, 0x41414330, 0x100000, 0x40000, DFU_PAGE] as const;

/** What a boot loader makes of requests, whatever carries them. */
export class DfuRequests {
  readonly #mtu: number;
  readonly #command: CommandObject;
  #data: DataObjects | null = null;
  #selected: 'command' | 'data' = 'command';
  #receipts = 0;
  #writes = 0;

  /** `mtu`: longest transfer unit of what carries the requests. */
  constructor(chip: Pick<NordicDfuChip, 'begin'>, mtu: number) {
    this.#mtu = mtu;
    this.#command = new CommandObject(chip);
  }

  /** The answer to a request other than a write. */
  answer(op: number, payload: Uint8Array): Answer {
    switch (op) {
      case DFU_OP.protocolVersion:
        return given(Uint8Array.of(1));
      case DFU_OP.ping:
        return payload.length === 1 ? given(payload) : denied(DFU_RESULT.parameter);
      case DFU_OP.mtu:
        return given(Uint8Array.of(this.#mtu & 0xff, this.#mtu >> 8));
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

  /** A piece of the object; its answer is how far it has come, after so many as the host asked for, else none. */
  write(piece: Uint8Array): { readonly op: number; readonly answer: Answer } | null {
    const target = this.#selected === 'command' ? this.#command : this.#data;
    const result = target?.write(piece) ?? DFU_RESULT.notPermitted;
    if (result !== DFU_RESULT.success) return { op: DFU_OP.write, answer: denied(result) };
    this.#writes += 1;
    if (this.#receipts === 0 || this.#writes < this.#receipts) return null;
    this.#writes = 0;
    return { op: DFU_OP.crc, answer: given(this.#progress()) };
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
}
