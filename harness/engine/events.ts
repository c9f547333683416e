import type { RecordSummary } from '#core/record.ts';

/** What an engine tells whoever watches; carries no evidence. */
export type EngineEvent =
  | { readonly type: 'planned'; readonly scenarios: number }
  | {
      readonly type: 'scenario-start';
      readonly board: string;
      readonly flaws: readonly string[];
      readonly scenario: string;
    }
  | {
      readonly type: 'scenario-progress';
      readonly board: string;
      readonly flaws: readonly string[];
      readonly scenario: string;
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: 'scenario-end'; readonly record: RecordSummary }
  /** Scenarios that were planned and need not run any more. */
  | { readonly type: 'scenarios-dropped'; readonly count: number }
  | { readonly type: 'board-failed'; readonly board: string; readonly message: string }
  | { readonly type: 'report'; readonly file: string }
  | { readonly type: 'report-skipped'; readonly format: string; readonly reason: string };

export type OnEvent = (event: EngineEvent) => void;
