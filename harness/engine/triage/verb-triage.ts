import type { Json } from '#core/canonical.ts';
import { repeatsText, type FuzzFinding } from '#core/fuzz-finding.ts';
import type { TriageInput } from '#core/verbs.ts';
import { ALONE } from '#engine/triage/attribute.ts';
import { findingFiles } from '#engine/triage/finding-files.ts';
import { triageAlarm } from '#engine/triage/triage.ts';
import type { Verb } from '#engine/verb-call.ts';

/** Finds out which of the cases raised the alarm, makes it as short as it gets, keeps it, and repeats it. */
export const triage: Verb<FuzzFinding, TriageInput> = {
  async run(input, call) {
    // Where nothing is kept, nobody reads how short it gets.
    const probes = call.keeps ? input.probes : ALONE;
    const triaged = await triageAlarm({ ...input, probes }, call);
    call.record('finding', triaged.finding as unknown as Json);
    call.keepFinding(triaged.finding.id, findingFiles(triaged));
    return triaged.finding;
  },
  asked: ({ protocol, broken, probes }) => ({ protocol, name: broken.name, what: broken.what, probes }),
  told: ({ id, cause, steps, repeats, probes }) => ({
    finding: id,
    cause,
    steps: steps.length,
    bytes: steps.reduce((sum, { bytes }) => sum + bytes.length / 2, 0),
    repeats: repeatsText(repeats),
    probes,
  }),
};
