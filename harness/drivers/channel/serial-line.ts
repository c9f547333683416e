import type { CallOptions, Channel } from '#core/capabilities.ts';

/** Modem control lines, true: asserted; what is left out stays as it is. */
export interface ModemLines {
  readonly dtr?: boolean;
  readonly rts?: boolean;
}

/** A channel over a serial line, local or remote, whose speed and control lines can be set. */
export interface SerialLine extends Channel {
  /** Sets control lines; false where the port has none, as a pseudo-terminal. */
  setLines(lines: ModemLines, options: CallOptions): Promise<boolean>;
  /** Changes the speed; what was written before leaves at the old one. */
  setBaudRate(baudRate: number, options: CallOptions): Promise<void>;
  /** Drops what waits in the port's own buffers, both ways. */
  purge(options: CallOptions): Promise<void>;
}
