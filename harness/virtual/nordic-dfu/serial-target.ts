import { decodeDfuRequest, DFU_OP, DFU_SERIAL_MTU, encodeDfuResponse } from '#codecs/dfu-transport.ts';
import { encodeSlip, SlipDecoder } from '#codecs/slip.ts';
import type { NordicDfuChip } from '#virtual/nordic-dfu/chip.ts';
import type { Answer } from '#virtual/nordic-dfu/target-answer.ts';
import { DfuRequests } from '#virtual/nordic-dfu/target-requests.ts';

/** What a serial boot loader is attached to. */
export interface SerialTargetOptions {
  readonly chip: NordicDfuChip;
  /** Bytes to the host. */
  send(bytes: Uint8Array): void;
  /** The boot loader resets: an update was received whole, or the host gave up. */
  onReset?(): void;
}

/** Nordic's Secure DFU boot loader as a host meets it on a UART. */
export class DfuSerialTarget {
  readonly #options: SerialTargetOptions;
  readonly #decoder = new SlipDecoder(DFU_SERIAL_MTU);
  readonly #requests: DfuRequests;

  constructor(options: SerialTargetOptions) {
    this.#options = options;
    this.#requests = new DfuRequests(options.chip, DFU_SERIAL_MTU);
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
      const said = this.#requests.write(payload);
      if (said !== null) this.#respond(said.op, said.answer);
      return;
    }
    const answer = this.#requests.answer(op, payload);
    this.#respond(op, answer);
    if (answer.resets) this.#options.onReset?.();
  }

  #respond(op: number, { result, data }: Answer): void {
    this.#options.send(encodeSlip(encodeDfuResponse({ op, result, payload: data }), { leading: false }));
  }
}
