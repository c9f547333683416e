import type { SwapState, SwapType, TrailerFlag, TrailerMagic } from '#codecs/mcuboot-trailer.ts';

interface Row {
  readonly primaryMagic?: TrailerMagic;
  readonly secondaryMagic?: TrailerMagic;
  readonly primaryOk?: TrailerFlag;
  readonly secondaryOk?: TrailerFlag;
  readonly primaryDone?: TrailerFlag;
  readonly result: SwapType;
}

/** bootutil's table for scratch and move; the first row that fits decides, what a row does not name may be anything. */
const ROWS: readonly Row[] = [
  { secondaryMagic: 'good', secondaryOk: 'unset', result: 'test' },
  { secondaryMagic: 'good', secondaryOk: 'set', result: 'perm' },
  { primaryMagic: 'good', primaryOk: 'unset', primaryDone: 'set', result: 'revert' },
];

/** What two trailers ask the boot loader to do. A request only: validation may turn it down. */
export function swapTypeOf(primary: SwapState, secondary: SwapState): SwapType {
  const row = ROWS.find(
    ({ primaryMagic, secondaryMagic, primaryOk, secondaryOk, primaryDone }) =>
      (primaryMagic ?? primary.magic) === primary.magic &&
      (secondaryMagic ?? secondary.magic) === secondary.magic &&
      (primaryOk ?? primary.imageOk) === primary.imageOk &&
      (secondaryOk ?? secondary.imageOk) === secondary.imageOk &&
      (primaryDone ?? primary.copyDone) === primary.copyDone,
  );
  return row?.result ?? 'none';
}
