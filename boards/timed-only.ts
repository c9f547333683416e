import type { CutReceipt, CutTrigger, PowerControl } from '#core/capabilities.ts';
import type { BoardEntry, OpenRig } from '#core/rig.ts';

/** What only a rig has that sees into the board's flash. */
const HIDDEN: ReadonlySet<string> = new Set(['sweep', 'checkpoint']);

function withoutOperation({ atMs, verified, rail }: CutReceipt): CutReceipt {
  return { atMs, verified, ...(rail === undefined ? {} : { rail }) };
}

function blind(power: PowerControl): PowerControl {
  const triggers: readonly CutTrigger['kind'][] = power.triggers.filter((kind) => kind !== 'operation');
  return {
    triggers,
    on: (options) => power.on(options),
    off: (options) => power.off(options),
    reset: (options) => power.reset(options),
    cut: async (trigger, options) => withoutOperation(await power.cut(trigger, options)),
  };
}

function hiding(
  { sweep: _sweep, checkpoint: _checkpoint, power, ...rig }: OpenRig,
  board: BoardEntry['facts'],
): OpenRig {
  return { ...rig, board, ...(power === undefined ? {} : { power: blind(power) }) };
}

/**
 * A virtual board as a lab has it: nobody counts its flash operations, so that power is cut by time. `shows` are the
 * flaws that last long enough to be met so; a write of one word lasts microseconds.
 */
export function timedOnly(entry: BoardEntry, shows: readonly string[]): BoardEntry {
  const title = `${entry.facts.title}, flash operations not counted`;
  const facts = { ...entry.facts, title, countsOperations: false };
  return {
    facts,
    kind: entry.kind,
    offers: entry.offers.filter((name) => !HIDDEN.has(name)),
    flaws: entry.flaws.filter(({ id, family }) => family !== 'power-loss' || shows.includes(id)),
    open: async (options) => hiding(await entry.open(options), facts),
  };
}
