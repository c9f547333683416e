import { relative } from 'node:path';
import type { Json } from '#core/canonical.ts';
import type { SelfTest } from '#core/selftest.ts';
import type { LoadedSelfTest } from '#engine/selftest-file.ts';
import type { Answer } from './command.ts';

/** As for verdicts: what was not tried is neither a pass nor a fail. */
const EXIT: Readonly<Record<SelfTest['verdict'], number>> = { pass: 0, fail: 1, incomplete: 2 };

/** The answer of `selftest`: the proof's table, what it amounts to, and where the record lies. */
export function selfTestAnswer(proof: Answer, { selfTest, citation }: LoadedSelfTest, path: string): Answer {
  const { caught, missed, untested, falseAlarms } = citation;
  const told = [
    `${caught.length} caught, ${missed.length} missed, ${untested.length} not tried, ${falseAlarms} false alarms`,
    ...(untested.length === 0 ? [] : [`not tried: ${untested.join(', ')}`]),
    `rig self-test ${selfTest.verdict}: ${relative(process.cwd(), path) || path}`,
    `cite it: assay run --bench ${selfTest.bench.id} --selftest ${relative(process.cwd(), path) || path}`,
  ];
  return {
    exitCode: EXIT[selfTest.verdict],
    json: { selfTest: selfTest as unknown as Json, digest: citation.digest, folder: path },
    text: [proof.text, '', ...told].join('\n'),
  };
}
