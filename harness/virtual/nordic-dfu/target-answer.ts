import { DFU_EXTENDED, DFU_RESULT } from '#codecs/dfu-transport.ts';
import type { DfuRefusal } from '#virtual/nordic-dfu/prevalidation.ts';

/** What a request came to. */
export interface Answer {
  readonly result: number;
  readonly data: Uint8Array;
  /** The boot loader resets once the answer is out. */
  readonly resets: boolean;
}

const NOTHING = new Uint8Array(0);

export function given(data: Uint8Array = NOTHING): Answer {
  return { result: DFU_RESULT.success, data, resets: false };
}

export function denied(result: number): Answer {
  return { result, data: NOTHING, resets: false };
}

/** Refusals that have a result of their own; the others are told behind `extended`. */
const RESULTS: Partial<Readonly<Record<DfuRefusal, number>>> = {
  'init-packet': DFU_RESULT.object,
  signature: DFU_RESULT.object,
  size: DFU_RESULT.parameter,
  'no-room': DFU_RESULT.resources,
};
const EXTENDED: Partial<Readonly<Record<DfuRefusal, number>>> = {
  'signature-missing': DFU_EXTENDED.signatureMissing,
  'signature-type': DFU_EXTENDED.signatureType,
  type: DFU_EXTENDED.initCommand,
  'hash-type': DFU_EXTENDED.hashType,
  'hardware-version': DFU_EXTENDED.hardwareVersion,
  softdevice: DFU_EXTENDED.softdevice,
  'version-missing': DFU_EXTENDED.initCommand,
  version: DFU_EXTENDED.firmwareVersion,
  hash: DFU_EXTENDED.verification,
};

/** Why the boot loader refuses, in its own numbers. */
export function refusalAnswer(refusal: DfuRefusal): Answer {
  const extended = EXTENDED[refusal];
  if (extended === undefined) return denied(RESULTS[refusal] ?? DFU_RESULT.failed);
  return { ...denied(DFU_RESULT.extended), data: Uint8Array.of(extended) };
}
