import { encodeSmpSerial, SmpSerialDecoder, type SerialItem } from '#codecs/smp-serial.ts';
import { busFault } from '#virtual/app-fault.ts';
import type { SmpService } from '#virtual/smp-service.ts';
import type { VirtualUart } from '#virtual/uart.ts';

/** What connects a server with the console it is reached over. */
export interface SmpConsoleOptions {
  readonly service: Pick<SmpService, 'accept'>;
  readonly uart: VirtualUart;
  readonly flaws: ReadonlySet<string>;
  /** Bytes of a packet buffer. */
  readonly bufferSize: number;
}

/** The serial SMP transport of the application: lines in, one request after another, lines out. */
export class SmpConsole {
  readonly #options: SmpConsoleOptions;
  readonly #decoder: SmpSerialDecoder;

  constructor(options: SmpConsoleOptions) {
    this.#options = options;
    // The buffer holds length field and CRC too.
    this.#decoder = new SmpSerialDecoder(options.bufferSize - 4);
  }

  receive(bytes: Uint8Array): void {
    for (const item of this.#decoder.push(bytes)) this.#take(item);
  }

  #take(item: SerialItem): void {
    const { service, uart } = this.#options;
    if (item.kind === 'dropped') this.#drop(item.announced);
    if (item.kind === 'packet') service.accept(item.packet, (answer) => uart.send(encodeSmpSerial(answer)));
  }

  /** Flaw `frame-length-underflow`: the length minus the CRC wraps to almost 64 KiB, and is read. */
  #drop(announced: number | undefined): void {
    const wraps = announced !== undefined && announced < 2;
    if (wraps && this.#options.flaws.has('smp/frame-length-underflow'))
      throw busFault(0x2004_0000 + announced);
  }
}
