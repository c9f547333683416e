import type { BootObserved, CutObservation } from '#core/cut-sweep.ts';
import { golden, update } from '../known.fixture.ts';
import type { CutRules } from './invariants.ts';

/** What may run after a cut. */
export const OLD: BootObserved = { identity: golden.identity, slot: 'slot0', confirmed: true };
export const NEW: BootObserved = { identity: update.identity, slot: 'slot0', confirmed: true };
export const NOTHING: BootObserved = { identity: null, slot: '', confirmed: false };
export const OTHER: BootObserved = { identity: 'ff'.repeat(32), slot: 'slot0', confirmed: true };

/** A confirmed upgrade. */
export const rules: CutRules = {
  phase: 'upgrade',
  before: golden.identity,
  update: update.identity,
  acceptable: true,
  confirms: true,
};

/** A cut that left the board to boot so. */
export function cut(boots: readonly BootObserved[], rest: Partial<CutObservation> = {}): CutObservation {
  return {
    operation: 3,
    kind: 'write',
    address: 0x81fe8,
    length: 8,
    tear: 'half-programmed',
    seed: 7,
    boots,
    settledAfter: 1,
    updatable: true,
    work: 9,
    left: 'cc',
    state: 'aa',
    recognised: false,
    ...rest,
  };
}
