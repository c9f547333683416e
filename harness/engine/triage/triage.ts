import { signatureOf } from '#core/alarm.ts';
import { sha256Hex } from '#core/digest.ts';
import { STEADY, type FuzzFinding } from '#core/fuzz-finding.ts';
import type { FuzzCase, TriageInput } from '#core/verbs.ts';
import { ALONE, attribute, SUSPECTS, type Attributed } from '#engine/triage/attribute.ts';
import { minimiseCase } from '#engine/triage/minimise-case.ts';
import { Prober, RESERVE, type Probed } from '#engine/triage/probe.ts';
import type { VerbCall } from '#engine/verb-call.ts';

/** A finding, and what was seen when it was shown for the last time. */
export interface Triaged {
  readonly finding: FuzzFinding;
  readonly seen: Probed | null;
}

/** What a board had to refuse would become something it may take if it were taken apart. */
function mayShorten({ broken }: TriageInput, { cause }: Attributed): boolean {
  return cause !== 'unreproduced' && broken.alarm.oracle !== 'breach';
}

function findingOf(input: TriageInput, call: VerbCall, found: Found): FuzzFinding {
  const { broken, protocol, seed, expected, cases } = input;
  const { bytes } = cases[broken.index] as FuzzCase;
  const { repeats } = found;
  return {
    schema: 'assay-case-1',
    id: signatureOf(broken.alarm),
    board: call.rig.board.id,
    kind: call.rig.kind,
    flaws: call.flaws,
    protocol,
    seed,
    found: { index: broken.index, name: broken.name, length: bytes.length, sha256: sha256Hex(bytes) },
    steps: found.steps.map(({ bytes: sent, ...step }) => ({
      ...step,
      bytes: Buffer.from(sent).toString('hex'),
    })),
    expected,
    observed: broken.what,
    alarm: broken.alarm,
    cause: found.cause,
    repeats,
    flaky: repeats.alarms < STEADY * repeats.tries,
    minimal: found.minimal,
    probes: found.probes,
  };
}

interface Found extends Pick<FuzzFinding, 'cause' | 'repeats' | 'minimal' | 'probes'> {
  readonly steps: readonly FuzzCase[];
}

/**
 * Finds the cause of an alarm by sending the last cases again, makes it as short as it gets, and shows the result on
 * freshly restored boards. Rejects with the signal's reason when it is stopped.
 */
export async function triageAlarm(input: TriageInput, call: VerbCall): Promise<Triaged> {
  const { cases, broken, shapes, probes } = input;
  const prober = new Prober(input, call);
  const suspects = cases.slice(Math.max(0, broken.index + 1 - SUSPECTS), broken.index + 1);
  const attributed = await attribute(prober, suspects);
  const shortens = mayShorten(input, attributed) && probes > RESERVE;
  const steps = shortens ? await minimiseCase(prober, attributed, shapes) : attributed.steps;
  const isSteady = attributed.tries === 1;
  const known = steps === attributed.steps && (isSteady || !shortens) ? attributed.shown : null;
  const { repeats, seen } = known ?? (await prober.show(steps, isSteady ? ALONE : RESERVE));
  const minimal = shortens && !prober.exhausted;
  const found = { cause: attributed.cause, steps, repeats, minimal, probes: prober.probes };
  return { finding: findingOf(input, call, found), seen };
}
