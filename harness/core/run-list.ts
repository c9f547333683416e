import type { Verdict } from '#core/verdict.ts';

/** A run as a list of runs shows it. */
export interface ListedRun {
  /** Name of its folder. */
  readonly name: string;
  readonly title: string;
  readonly bench: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly seed: number;
  /** The worst verdict; null where nothing ended. */
  readonly verdict: Verdict | null;
  readonly totals: Readonly<Record<Verdict, number>>;
  /** `running` has not ended, or was killed; only an ended one is sealed. */
  readonly state: 'running' | 'interrupted' | 'ended';
  /** Report files that are there. */
  readonly files: readonly string[];
}

/** A page that lists runs; `place` is the folder they are in. */
export type RunListPage = (runs: readonly ListedRun[], place: string) => Uint8Array;
