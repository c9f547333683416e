import { UsageError } from '#core/errors.ts';

/**
 * Deeds that cannot be taken back: `mass-erase` of the whole chip, with its configuration words; `lock-debug-port`, the
 * access protection of the debug port; `write-configuration`, words that only a mass erase clears; `burn-fuses`.
 */
export const IRREVERSIBLE = ['mass-erase', 'lock-debug-port', 'write-configuration', 'burn-fuses'] as const;

export type Irreversible = (typeof IRREVERSIBLE)[number];

/** What the bench file allows for one board; whatever it does not name never happens. */
export type Permissions = readonly Irreversible[];

/** Nothing that cannot be taken back. */
export const NO_PERMISSIONS: Permissions = [];

/**
 * The one gate that every irreversible deed of every instrument goes through. Throws UsageError `not-permitted` where
 * the bench file does not allow it for this board; `what` says what would have happened.
 */
export function demandPermission(permissions: Permissions, deed: Irreversible, what: string): void {
  if (permissions.includes(deed)) return;
  throw new UsageError({
    code: 'not-permitted',
    message: `${what} cannot be taken back, and the bench file does not allow it for this board`,
    expected: `'${deed}' among the board's permissions`,
    got: permissions.length === 0 ? 'no permissions' : permissions.join(', '),
    remedy: `if the board may be used up, write permissions: ['${deed}'] into its wiring in the bench file`,
  });
}
