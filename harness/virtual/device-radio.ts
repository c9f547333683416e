import type { AppFault } from '#virtual/app-fault.ts';

/** What a radio finds on the board that it is part of. */
export interface RadioBoard {
  /** Takes the application down; the board's fault handler sees to what follows. */
  crash(fault: AppFault): void;
  /** Hands a request to the application's management server; `answer` is called for each answer. */
  manage(packet: Uint8Array, answer: (packet: Uint8Array) => void): void;
}

/** A radio with its host stack, which lives as long as the application of its board. */
export interface DeviceRadio {
  /** The application runs. */
  start(board: RadioBoard): void;
  /** It does not any more: power, reset, fault. */
  stop(): void;
}
