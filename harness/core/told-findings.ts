import type { Json } from '#core/canonical.ts';
import type { Evidence } from '#core/evidence.ts';
import type { FuzzFinding } from '#core/fuzz-finding.ts';
import { listOf, memberOf, numberOf, textOf } from '#core/json-path.ts';

/** What triage made of an alarm, as a report shows it. */
export interface ToldFinding extends Pick<
  FuzzFinding,
  'id' | 'flaky' | 'minimal' | 'repeats' | 'expected' | 'observed'
> {
  readonly protocol: string;
  readonly cause: string;
  readonly oracle: string;
  readonly fault: string | null;
  readonly resetReason: string | null;
  /** Inputs that are sent; of very many the first are shown. */
  readonly inputs: number;
  readonly steps: readonly {
    readonly name: string;
    /** Bytes of the input; of very many the first are shown. */
    readonly length: number;
    /** Hex. */
    readonly bytes: string;
  }[];
}

/** Findings of one record, inputs of one finding and bytes of one input that a report shows; `case.json` has them all. */
const MOST_FINDINGS = 64;
const MOST_STEPS = 16;
const MOST_BYTES = 1024;

const HEX = /^(?:[0-9a-f]{2})*$/;
const ID = /^[0-9a-f]{12}$/;

function stepOf(step: Json): ToldFinding['steps'][number] | null {
  const [name, bytes] = [textOf(step, 'name'), textOf(step, 'bytes')];
  if (name === undefined || bytes === undefined || !HEX.test(bytes)) return null;
  return { name, length: bytes.length / 2, bytes: bytes.slice(0, 2 * MOST_BYTES) };
}

/** Of any other shape than the one this program writes nothing is shown. */
function toldOf(data: Json): ToldFinding | null {
  const [id, protocol, cause] = [textOf(data, 'id'), textOf(data, 'protocol'), textOf(data, 'cause')];
  const [alarm, repeats] = [memberOf(data, 'alarm'), memberOf(data, 'repeats')];
  const [alarms, tries] = [numberOf(repeats, 'alarms'), numberOf(repeats, 'tries')];
  const [from, to] = [numberOf(repeats, 'from'), numberOf(repeats, 'to')];
  const all = listOf(data, 'steps');
  const steps = all.slice(0, MOST_STEPS).map(stepOf);
  if (id === undefined || !ID.test(id) || protocol === undefined || cause === undefined) return null;
  if (alarms === undefined || tries === undefined || from === undefined || to === undefined) return null;
  if (!steps.every((step) => step !== null)) return null;
  return {
    id,
    protocol,
    cause,
    flaky: memberOf(data, 'flaky') === true,
    minimal: memberOf(data, 'minimal') === true,
    repeats: { alarms, tries, from, to },
    oracle: textOf(alarm, 'oracle') ?? 'unknown',
    fault: textOf(alarm, 'fault') ?? null,
    resetReason: textOf(alarm, 'resetReason') ?? null,
    expected: textOf(data, 'expected') ?? '',
    observed: textOf(data, 'observed') ?? '',
    inputs: all.length,
    steps,
  };
}

/** What triage made of the alarms of a record, or nothing where there were none. */
export function toldFindings(chain: readonly Evidence[]): readonly ToldFinding[] | undefined {
  const findings = chain
    .filter(({ kind }) => kind === 'finding')
    .slice(0, MOST_FINDINGS)
    .map(({ data }) => toldOf(data))
    .filter((told) => told !== null);
  return findings.length === 0 ? undefined : findings;
}

/** Ids of all findings of a record. */
export function findingIds(chain: readonly Evidence[]): readonly string[] {
  const ids = chain.filter(({ kind }) => kind === 'finding').map(({ data }) => textOf(data, 'id') ?? '');
  return ids.filter((id) => ID.test(id));
}

/** Folder of a finding in the run folder, by the file of the record that it is in. */
export function findingFolder(evidenceFile: string, id: string): string {
  return `findings/${evidenceFile.split('/')[1] ?? ''}/${id}`;
}
