import { SMP_ERROR } from '#codecs/smp-error.ts';

const { noMemory, invalid, notFound, badState, notSupported } = SMP_ERROR;

/** Errors of each group as version 1 of the protocol says them; what is not listed becomes `unknown`. */
const FIRST_VERSION: Readonly<Record<number, Readonly<Record<number, number>>>> = {
  0: { 2: invalid, 3: notFound, 6: invalid },
  1: {
    3: notFound,
    4: notFound,
    9: badState,
    14: invalid,
    15: noMemory,
    19: invalid,
    20: invalid,
    21: invalid,
    22: invalid,
    24: invalid,
    25: invalid,
    27: badState,
    28: badState,
  },
  2: { 2: notFound, 3: notFound, 4: invalid },
  3: {
    2: invalid,
    3: notFound,
    4: notSupported,
    5: notFound,
    6: notSupported,
    7: notSupported,
    8: notSupported,
  },
  8: { 2: invalid, 3: notFound, 4: invalid, 11: invalid, 12: invalid, 13: invalid, 14: notFound },
  9: { 2: invalid, 3: invalid },
  10: { 2: noMemory, 3: noMemory, 4: invalid },
};

/** What a group's error becomes in an answer of version 1. */
export function firstVersionError(group: number, error: number): number {
  return FIRST_VERSION[group]?.[error] ?? SMP_ERROR.unknown;
}
