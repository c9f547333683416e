import type { CutEffort } from '#core/attack.ts';
import { UsageError } from '#core/errors.ts';
import { BOUNDARIES, TEARS, type Tear } from '#core/tear.ts';
import { suggest } from '#engine/nearest.ts';
import type { Option, Values } from './command.ts';
import { listOption } from './options.ts';

/** Names that stand for several ways of tearing. */
const GROUPS: Readonly<Record<string, readonly Tear[]>> = { boundary: BOUNDARIES, all: TEARS };

/** Options of commands that cut power. */
export const CUTS = {
  exhaustive: {
    type: 'boolean',
    help: 'power loss: every way of tearing rolled often, and a second cut in each recovery (minutes)',
  },
  tears: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: `power loss: only these ways of tearing: boundary, all, ${TEARS.join(', ')}`,
  },
} as const satisfies Readonly<Record<string, Option>>;

function tearsNamed(name: string): readonly Tear[] {
  const group = Object.hasOwn(GROUPS, name) ? GROUPS[name] : undefined;
  const known = group ?? TEARS.filter((tear) => tear === name);
  if (known.length > 0) return known;
  const names = [...Object.keys(GROUPS), ...TEARS];
  throw new UsageError({
    code: 'tear-unknown',
    message: `--tears ${name} is no way of tearing`,
    expected: names.join(', '),
    got: name,
    remedy: suggest(name, names),
  });
}

/** How thoroughly power is to be cut; undefined where nothing was said. Throws UsageError `tear-unknown`. */
export function cutEffort(values: Values): CutEffort | undefined {
  const named = listOption(values, 'tears').flatMap(tearsNamed);
  const exhaustive = values['exhaustive'] === true;
  if (!exhaustive && named.length === 0) return undefined;
  const tears = named.length === 0 ? null : TEARS.filter((tear) => named.includes(tear));
  return { exhaustive, tears };
}
