import type { BoardFacts } from '#core/board.ts';

/** What an attack attacks: the comparison of versions, of build numbers, of security counters, or a missing counter. */
export type Defence = 'version' | 'build-number' | 'counter' | 'counter-presence';

type Reason = (board: BoardFacts, path: string) => string | null;

const REASONS: Readonly<Record<Defence, Reason>> = {
  version: ({ bootloader, protections }, path) => {
    if (!protections.downgradeByVersion) return 'this board declares not to compare versions';
    if (bootloader.kind !== 'esp-idf' || path !== 'flash-staged') return null;
    return 'the ESP-IDF boot loader compares secure_version only; versions are the application’s business, which is bypassed here';
  },
  'build-number': ({ protections }) =>
    protections.comparesBuildNumber ? null : 'this board declares not to compare build numbers',
  counter: ({ protections }) =>
    protections.downgradeByCounter ? null : 'this board declares not to compare security counters',
  'counter-presence': ({ firmware }) =>
    firmware.format === 'mcuboot' ? null : 'in this format every image has a security counter',
};

/** Why an attack on one of these defences means nothing on a board and path; null when it does. */
export function whyNotApplicable(
  defences: readonly Defence[],
  board: BoardFacts,
  path: string,
): string | null {
  for (const defence of defences) {
    const reason = REASONS[defence](board, path);
    if (reason !== null) return reason;
  }
  return null;
}
