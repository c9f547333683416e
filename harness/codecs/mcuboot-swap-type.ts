import type { SwapState, SwapType, TrailerFlag, TrailerMagic, TrailerMode } from '#codecs/mcuboot-trailer.ts';

interface Row {
  readonly primaryMagic?: TrailerMagic;
  readonly secondaryMagic?: TrailerMagic;
  readonly primaryOk?: TrailerFlag;
  readonly secondaryOk?: TrailerFlag;
  readonly primaryDone?: TrailerFlag;
  readonly secondaryDone?: TrailerFlag;
  /** Mode that alone has this row. */
  readonly only?: TrailerMode;
  readonly result: SwapType;
}

/** bootutil's table; the first row that fits decides, what a row does not name may be anything. */
const ROWS: readonly Row[] = [
  {
    only: 'swap-offset',
    secondaryMagic: 'good',
    secondaryOk: 'unset',
    secondaryDone: 'set',
    result: 'revert',
  },
  { secondaryMagic: 'good', secondaryOk: 'unset', result: 'test' },
  { secondaryMagic: 'good', secondaryOk: 'set', result: 'perm' },
  { primaryMagic: 'good', primaryOk: 'unset', primaryDone: 'set', result: 'revert' },
];

/** What two trailers ask the boot loader to do. A request only: validation may turn it down. */
export function swapTypeOf(primary: SwapState, secondary: SwapState, mode: TrailerMode = 'swap'): SwapType {
  const row = ROWS.find(
    ({ only, primaryMagic, secondaryMagic, primaryOk, secondaryOk, primaryDone, secondaryDone }) =>
      (only ?? mode) === mode &&
      (primaryMagic ?? primary.magic) === primary.magic &&
      (secondaryMagic ?? secondary.magic) === secondary.magic &&
      (primaryOk ?? primary.imageOk) === primary.imageOk &&
      (secondaryOk ?? secondary.imageOk) === secondary.imageOk &&
      (primaryDone ?? primary.copyDone) === primary.copyDone &&
      (secondaryDone ?? secondary.copyDone) === secondary.copyDone,
  );
  return row?.result ?? 'none';
}
