import type { FlashReading } from '#virtual/esp-loader/flash-reading.ts';

/** What came of a command. */
export interface Outcome {
  readonly value?: number;
  readonly data?: Uint8Array;
  /** Status bytes of a refusal, first byte high. */
  readonly code?: number;
  /** The loader does not know the command. */
  readonly unknown?: boolean;
  /** The processor jumps to code that was sent before: the stub. */
  readonly startsStub?: boolean;
  /** The application is started. */
  readonly runs?: boolean;
  /** What follows are flash contents, packet by packet. */
  readonly reading?: FlashReading;
}

/** Refusals of the ROM. */
export const ROM_ERROR = {
  message: 0x0105,
  failed: 0x0106,
  checksum: 0x0107,
  readLength: 0x010a,
  inflate: 0x010b,
  ramAddress: 0x010f,
} as const;

/** Refusals of the stub. */
export const STUB_ERROR = {
  length: 0xc000,
  checksum: 0xc100,
  blockSize: 0xc200,
  command: 0xc300,
  failed: 0xc400,
  noTransfer: 0xc600,
  inflate: 0xc700,
  notEnough: 0xc800,
  tooMuch: 0xc900,
} as const;

export function refused(code: number): Outcome {
  return { code };
}
