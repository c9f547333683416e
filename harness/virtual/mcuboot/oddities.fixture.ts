import assert from 'node:assert/strict';
import { bench, running, traceOf, update } from '#virtual/mcuboot/modes.fixture.ts';
import type { McubootOddityId } from '#virtual/mcuboot/oddities.ts';
import type { BootModeName } from '#virtual/mcuboot/profile.ts';
import type { StorageOperation } from '#virtual/storage.ts';

/** How oddities are brought out on the twin, in a mode that has them. */
export type Shown = Partial<Record<McubootOddityId, (mode: BootModeName) => void>>;

export type Made = ReturnType<typeof bench>;

/** Neither erased nor set. */
export const TORN = 0x03;

/** A chip with an update that is asked for. */
export function staged(mode: BootModeName): Made {
  const made = bench(mode);
  made.chip.stage(running(made.chip), update);
  return made;
}

/** A chip with an update on trial. */
export function onTrial(mode: BootModeName): Made {
  const made = staged(mode);
  assert.equal(running(made.chip).confirmed, false);
  return made;
}

/** Versions that the next boots run. */
export function versions({ chip }: Made, count = 3): readonly (string | null)[] {
  return Array.from({ length: count }, () => chip.boot().app?.version ?? null);
}

/** Power goes in the next boot, before the first operation that is meant. */
export function cutBefore(made: Made, isMeant: (operation: StorageOperation) => boolean): void {
  cutAt(made, isMeant, 0);
}

/** Power goes in the next boot, behind the first operation that is meant. */
export function cutBehind(made: Made, isMeant: (operation: StorageOperation) => boolean): void {
  cutAt(made, isMeant, 1);
}

function cutAt({ chip }: Made, isMeant: (operation: StorageOperation) => boolean, more: 0 | 1): void {
  const trace = traceOf(chip, () => void chip.boot());
  const at = trace.findIndex(isMeant);
  assert.notEqual(at, -1, 'the boot does nothing of the kind');
  for (const operation of trace.slice(0, at + more)) chip.storage.apply(operation);
}
