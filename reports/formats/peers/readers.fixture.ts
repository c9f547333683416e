import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PYTHON = process.env['ASSAY_REPORT_PYTHON'] ?? 'python3';
const SCRIPT = fileURLToPath(new URL('readers.py', import.meta.url));
const PACKAGES =
  'junitparser, trestle, oscal_validate, securesystemslib, in_toto_attestation, rfc3161_client';

/** Why the independent readers cannot be asked here; null where they can. */
export function readersMissing(): string | null {
  const { status } = spawnSync(PYTHON, ['-c', `import ${PACKAGES}`], { timeout: 60_000 });
  return status === 0 ? null : 'no python with .ci/peers-report.txt; set ASSAY_REPORT_PYTHON';
}

/** What an independent reader makes of a file; throws with what it said where it refuses. */
export function read(what: string, ...files: readonly string[]): unknown {
  const said = execFileSync(PYTHON, [SCRIPT, what, ...files], {
    encoding: 'utf8',
    timeout: 120_000,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(said) as unknown;
}
