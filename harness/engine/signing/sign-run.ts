import { hash } from 'node:crypto';
import { canonical, type Json } from '#core/canonical.ts';
import { testResult, type TestResult } from '#core/test-result.ts';
import { SEAL_FILE, SIGNATURE_FILE, SIGNER_FILE } from '#engine/bundle/names.ts';
import type { RunContents } from '#engine/read-run.ts';
import { RunFolder } from '#engine/run-folder.ts';
import type { Seal } from '#engine/seal.ts';
import { sealText } from '#engine/seal.ts';
import { envelopeText, PAYLOAD_TYPE, preAuthEncoding } from '#engine/signing/dsse.ts';
import type { Signer } from '#engine/signing/keys.ts';

/** Name of the subject that stands for all files together. */
export const ROOT_SUBJECT = 'merkle-root';

/** What a signature says of a run: its results, over its seal, the root over its files, and the firmware. */
export function statementOf({ header, records }: RunContents, seal: Seal): TestResult {
  const sha256 = hash('sha256', sealText(seal), 'hex');
  const stated = { ...header, records, verdictDigest: seal.verdictDigest ?? '' };
  return testResult(stated, [
    { name: SEAL_FILE, digest: { sha256 } },
    { name: ROOT_SUBJECT, digest: { sha256: seal.root } },
  ]);
}

/** Signs a sealed run: writes a DSSE envelope with an in-toto statement, and the public key, beside the seal. */
export function signRun(run: RunContents, seal: Seal, signer: Signer): void {
  const payload = new TextEncoder().encode(canonical(statementOf(run, seal) as unknown as Json));
  const sig = signer.sign(preAuthEncoding(PAYLOAD_TYPE, payload));
  const { id, pem } = signer.key;
  const folder = RunFolder.reopen(run.path);
  folder.write(SIGNER_FILE, pem);
  folder.write(
    SIGNATURE_FILE,
    envelopeText({ payload, payloadType: PAYLOAD_TYPE, signatures: [{ keyid: id, sig }] }),
  );
}
