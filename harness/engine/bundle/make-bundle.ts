import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '#core/errors.ts';
import { sealOf } from '#engine/bundle/file-seal.ts';
import { SEAL_FILE, SIGNATURE_FILE, SIGNER_FILE, TIME_STAMP_FILE } from '#engine/bundle/names.ts';
import { folderFiles, piecesOf } from '#engine/bundle/run-files.ts';
import { writeBundle } from '#engine/bundle/write-bundle.ts';
import { readRun, runPath } from '#engine/read-run.ts';
import { RunFolder } from '#engine/run-folder.ts';
import { parseSeal, type Seal } from '#engine/seal.ts';
import { stampedBytes } from '#engine/signing/check-stamp.ts';
import { readPublicKey, type Signer } from '#engine/signing/keys.ts';
import { signRun } from '#engine/signing/sign-run.ts';
import { checkTimeStamp } from '#engine/signing/time-stamp.ts';
import { verifyRun } from '#engine/verify.ts';

/** A bundle that was written. */
export interface MadeBundle {
  readonly path: string;
  readonly size: number;
  /** SHA-256 of the whole bundle, hex. */
  readonly sha256: string;
  readonly root: string;
}

/** The seal of a run that is intact. Throws UsageError `run-altered`, `run-unsealed`. */
function sealOfIntact(run: string): Seal {
  const { state, mismatches } = verifyRun(run);
  const seal =
    state === 'intact' ? parseSeal(Buffer.from(folderFiles(run).read(SEAL_FILE)).toString()) : null;
  if (seal !== null) return seal;
  const named = mismatches.map(({ file, what }) => `${file} ${what}`).slice(0, 5);
  throw new UsageError({
    code: state === 'unsealed' ? 'run-unsealed' : 'run-altered',
    message: state === 'unsealed' ? 'the run is not sealed' : 'the run is not as it was when it was sealed',
    got: named.join('; '),
    remedy: 'see `assay verify`; restore the folder, or run the scenarios again',
  });
}

/** Signs a run, once: a run that is signed by the same key stays as it is. Throws UsageError `run-signed`. */
function signOnce(run: string, seal: Seal, signer: Signer): void {
  const files = folderFiles(run);
  if (!files.has(SIGNATURE_FILE)) {
    signRun(readRun(run), seal, signer);
    return;
  }
  const { id } = readPublicKey(Buffer.from(files.read(SIGNER_FILE)).toString(), SIGNER_FILE);
  if (id === signer.key.id) return;
  throw new UsageError({
    code: 'run-signed',
    message: 'the run is signed by another key',
    got: id,
    remedy: `leave the key out, or take ${SIGNATURE_FILE}, ${SIGNER_FILE} and ${TIME_STAMP_FILE} away first`,
  });
}

/** Keeps a time stamp beside the seal, once it was seen to be over this run. Throws UsageError `time-stamp`. */
async function keepStamp(run: string, response: Uint8Array): Promise<void> {
  await checkTimeStamp(response, stampedBytes(folderFiles(run)), []);
  RunFolder.reopen(run).write(TIME_STAMP_FILE, response);
}

/** What to do before a run is packed. */
export interface BundleOptions {
  /** Signs the run first, unless it is signed. */
  readonly signer: Signer | null;
  /** Response of a time-stamp authority, to be kept in the run. */
  readonly timeStamp: Uint8Array | null;
  /** Where the bundle goes. */
  readonly out: string;
  /** Whether a file that is there may be replaced. */
  readonly force: boolean;
}

/**
 * Signs and stamps a run where asked, then packs its folder into one file. Throws UsageError for a run that is not
 * intact, and where a file is in the way.
 */
export async function makeBundle(folder: string, options: BundleOptions): Promise<MadeBundle> {
  const { signer, timeStamp, force } = options;
  const [run, out] = [runPath(folder), resolve(options.out)];
  if (existsSync(out) && !force) {
    throw new UsageError({
      code: 'out-exists',
      message: `${out} is there already`,
      remedy: 'choose another file with --out, or replace it with --force',
    });
  }
  const seal = sealOfIntact(run);
  if (signer !== null) signOnce(run, seal, signer);
  if (timeStamp !== null) await keepStamp(run, timeStamp);
  writeBundle(folderFiles(run), seal, out);
  const { size, sha256 } = sealOf(piecesOf(out));
  return { path: out, size, sha256, root: seal.root };
}
