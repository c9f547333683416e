import { DFU_INIT_LIMIT, DFU_PAGE, DFU_RESULT } from '#codecs/dfu-transport.ts';
import type { NordicDfuChip } from '#virtual/nordic-dfu/chip.ts';
import type { Reception } from '#virtual/nordic-dfu/reception.ts';
import { type Answer, denied, given, refusalAnswer } from '#virtual/nordic-dfu/target-answer.ts';

/** The init packet as it comes in (`nrf_dfu_req_handler.c`). */
export class CommandObject {
  readonly #chip: Pick<NordicDfuChip, 'begin'>;
  #size = 0;
  #content = new Uint8Array(0);
  /** What the last packet that was executed leads to; null where it was refused. */
  accepted: Reception | null = null;

  constructor(chip: Pick<NordicDfuChip, 'begin'>) {
    this.#chip = chip;
  }

  get content(): Uint8Array {
    return this.#content;
  }

  create(size: number): Answer {
    if (size === 0) return denied(DFU_RESULT.parameter);
    if (size > DFU_INIT_LIMIT) return denied(DFU_RESULT.resources);
    this.#size = size;
    this.#content = new Uint8Array(0);
    this.accepted = null;
    return given();
  }

  write(piece: Uint8Array): number {
    if (this.#content.length + piece.length > this.#size) return DFU_RESULT.parameter;
    this.#content = Uint8Array.from([...this.#content, ...piece]);
    return DFU_RESULT.success;
  }

  execute(): Answer {
    if (this.#size === 0 || this.#content.length !== this.#size) return denied(DFU_RESULT.notPermitted);
    const begun = this.#chip.begin(this.#content);
    if (typeof begun === 'string') return refusalAnswer(begun);
    this.accepted = begun;
    return given();
  }
}

/** The firmware as it comes in, an object of a page at a time. */
export class DataObjects {
  readonly #reception: Reception;
  /** Bytes of the objects that were executed. */
  #executed = 0;
  #size = 0;
  #received = 0;
  /** Bytes that do not fill a word yet. */
  #rest = new Uint8Array(0);

  constructor(reception: Reception) {
    this.#reception = reception;
  }

  get content(): Uint8Array {
    const written = this.#executed + this.#received - this.#rest.length;
    return Buffer.concat([this.#reception.content(written), this.#rest]);
  }

  create(size: number): Answer {
    const left = this.#reception.size - this.#executed;
    if (size === 0 || (size % DFU_PAGE !== 0 && size !== left)) return denied(DFU_RESULT.parameter);
    if (size > DFU_PAGE) return denied(DFU_RESULT.resources);
    if (size > left) return denied(DFU_RESULT.notPermitted);
    this.#size = size;
    this.#received = 0;
    this.#rest = new Uint8Array(0);
    this.#reception.erase(this.#executed);
    return given();
  }

  write(piece: Uint8Array): number {
    if (this.#received + piece.length > this.#size) return DFU_RESULT.parameter;
    const whole = Uint8Array.from([...this.#rest, ...piece]);
    const at = this.#executed + this.#received - this.#rest.length;
    this.#received += piece.length;
    const isLast = this.#received === this.#size;
    const words = isLast ? whole.length : whole.length - (whole.length % 4);
    if (words > 0) this.#reception.write(at, whole.subarray(0, words));
    this.#rest = whole.slice(words);
    return DFU_RESULT.success;
  }

  execute(): Answer {
    if (this.#size === 0 || this.#received !== this.#size) return denied(DFU_RESULT.notPermitted);
    this.#executed += this.#size;
    this.#size = 0;
    this.#received = 0;
    if (this.#executed < this.#reception.size) return given();
    const refusal = this.#reception.finish();
    // Settings were written either way, and the boot loader starts anew.
    return { ...(refusal === null ? given() : refusalAnswer(refusal)), resets: true };
  }
}
