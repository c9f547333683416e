import { cutFailure } from '#core/cut-failure.ts';
import { cutStrip } from '#core/cut-strip.ts';
import type { Evidence } from '#core/evidence.ts';
import type { RunReport } from '#core/record.ts';
import { storedInputs } from '#core/stored-inputs.ts';
import { timedStrip } from '#core/timed-strip.ts';
import { toldFindings } from '#core/told-findings.ts';
import { timelineOf } from '#core/timeline.ts';

/** What a report tells of records beside their summaries, by the files of their chains. */
export type Told = Pick<
  RunReport,
  'timelines' | 'cuts' | 'timedCuts' | 'cutFailures' | 'fuzzFindings' | 'inputs'
>;

const TELLERS: {
  readonly [Name in keyof Told]: (chain: readonly Evidence[]) => Told[Name][string] | undefined;
} = {
  timelines: timelineOf,
  cuts: cutStrip,
  timedCuts: timedStrip,
  cutFailures: cutFailure,
  fuzzFindings: toldFindings,
  inputs: storedInputs,
};

/** Gathers what chains tell while they are read: a run may have gigabytes, so each is looked at once and none is kept. */
export class Telling {
  readonly #told = {
    timelines: {} as Record<string, unknown>,
    cuts: {} as Record<string, unknown>,
    timedCuts: {} as Record<string, unknown>,
    cutFailures: {} as Record<string, unknown>,
    fuzzFindings: {} as Record<string, unknown>,
    inputs: {} as Record<string, unknown>,
  };

  /** Takes up one record's chain; with a timeline where the report draws one. */
  add(file: string, chain: readonly Evidence[], { timeline }: { readonly timeline: boolean }): void {
    for (const name of Object.keys(TELLERS) as (keyof Told)[]) {
      const value = name === 'timelines' && !timeline ? undefined : TELLERS[name](chain);
      if (value !== undefined) this.#told[name][file] = value;
    }
  }

  get told(): Told {
    return this.#told as Told;
  }
}
