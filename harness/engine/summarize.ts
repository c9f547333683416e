import type { Json } from '#core/canonical.ts';
import type { Evidence } from '#core/evidence.ts';
import { listOf, memberOf, textOf } from '#core/json-path.ts';
import type { RecordSummary } from '#core/record.ts';

/** What a record's first entry states of its scenario. */
export interface StartFacts {
  readonly board: string;
  readonly flaws: readonly string[];
  readonly attack: string;
  readonly family: string;
  readonly scenario: string;
  readonly title: string;
  readonly stimulus: string;
  readonly seed: number;
  /** Wall clock, ISO 8601 UTC. */
  readonly startedAt: string;
}

/** What a record's last entry states. */
export type EndFacts = Pick<
  RecordSummary,
  'verdict' | 'rule' | 'expected' | 'observed' | 'reached' | 'findings' | 'coverage' | 'wallMs' | 'rigMs'
>;

function first(chain: readonly Evidence[], kind: Evidence['kind']): Json | undefined {
  return chain.find((entry) => entry.kind === kind)?.data;
}

function statesEntered(chain: readonly Evidence[]): readonly string[] {
  return chain
    .filter((entry) => entry.kind === 'transition')
    .map((entry) => textOf(entry.data, 'to') ?? '')
    .filter((state) => state !== '');
}

/**
 * The summary of a finished record: a function of its evidence alone, so that it can be checked against it. Null where
 * the chain has no beginning or no end, as when the run was killed.
 */
export function summarize(chain: readonly Evidence[], file: string): RecordSummary | null {
  const start = first(chain, 'start');
  const last = chain.at(-1);
  if (start === undefined || last?.kind !== 'end') return null;
  const { input: _input, golden: _golden, ...facts } = start as unknown as StartFacts & Record<string, Json>;
  const end = last.data as unknown as EndFacts;
  const control = first(chain, 'control') as unknown as RecordSummary['control'] | undefined;
  return {
    ...facts,
    ...end,
    control: control ?? null,
    findings: listOf(last.data, 'findings') as unknown as RecordSummary['findings'],
    path: statesEntered(chain),
    evidence: { file, entries: chain.length, head: last.hash },
  };
}

/** Input of the scenario as its record's first entry holds it, for `decodeValue`. */
export function recordedInput(chain: readonly Evidence[]): Json | undefined {
  return memberOf(first(chain, 'start'), 'input');
}
