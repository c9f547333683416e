import type { CutOutcome } from '#core/record.ts';

/** What became of a board after a power cut. */
export const CUT_MEANING: Readonly<Record<CutOutcome, string>> = {
  old: 'old image back',
  new: 'new image runs',
  stuck: 'old image back, no longer updatable',
  other: 'some other image',
  nothing: 'nothing boots',
};

/** Each outcome has its own height in a plot as well as its own colour. */
export const CUT_HEIGHT: Readonly<Record<CutOutcome, number>> = {
  old: 6,
  new: 14,
  stuck: 10,
  other: 16,
  nothing: 18,
};
