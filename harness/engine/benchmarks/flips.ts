import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InternalError } from '#core/errors.ts';
import { judgeFlip, type FlipFinding } from '#engine/bundle/flip.ts';
import { makeBundle } from '#engine/bundle/make-bundle.ts';
import { discoverAttacks, discoverFormats, discoverStandards } from '#engine/discovery.ts';
import { inThisThread } from '#engine/executor.ts';
import { loadBench } from '#engine/load-bench.ts';
import { runSelected } from '#engine/run.ts';
import { readSigner } from '#engine/signing/keys.ts';
import { verifyRun } from '#engine/verify.ts';

const FLIPS = 10_000;
const SEED = 7;
const BENCH = 'virtual';
/** A real run of one scenario and its control, small enough to be verified ten thousand times. */
const SELECTION = { boards: ['nrf52840-dk'], scenarios: ['rollback/unconfirmed/nobody-asks'] };
/** Files that say what the others say, and would only make each of the ten thousand slower. */
const FORMATS: ReadonlySet<string> = new Set(['junit', 'summary', 'in-toto']);

/** A small signed bundle of a real run; its path. */
async function signedBundle(folder: string): Promise<string> {
  const bench = await loadBench(BENCH);
  const [attacks, formats, standards] = await Promise.all([
    discoverAttacks(),
    discoverFormats(),
    discoverStandards(),
  ]);
  const { runDir } = await runSelected({
    bench,
    benchReference: BENCH,
    attacks,
    selection: SELECTION,
    seed: SEED,
    out: folder,
    formats: formats.filter(({ id }) => FORMATS.has(id)),
    standards,
    executor: inThisThread(bench, attacks),
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const out = join(folder, 'run.assay.tar');
  await makeBundle(runDir, { signer: readSigner(pem, 'key'), timeStamp: null, out, force: true });
  return out;
}

/** Numbers from 0 up to 1 by a seed (mulberry32). */
function* draws(seed: number): Iterator<number, never> {
  for (let state = seed; ;) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

function flipAll(path: string, flips: number): Record<FlipFinding, number> {
  const found: Record<FlipFinding, number> = { byte: 0, part: 0, misnamed: 0, missed: 0 };
  const bytes = Uint8Array.from(readFileSync(path));
  const draw = draws(SEED);
  for (let flip = 0; flip < flips; flip++) {
    const offset = Math.floor(draw.next().value * bytes.length);
    const was = bytes[offset] ?? 0;
    bytes[offset] = was ^ (1 + Math.floor(draw.next().value * 255));
    writeFileSync(path, bytes);
    bytes[offset] = was;
    found[judgeFlip(offset, verifyRun(path).mismatches)] += 1;
  }
  return found;
}

/** `npm run bench -- flips`: alters single random bytes of a signed bundle and lets `verify` name each. */
export async function benchmark(say: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-flips-'));
  try {
    const path = await signedBundle(folder);
    const began = performance.now();
    const { byte, part, misnamed, missed } = flipAll(path, FLIPS);
    const seconds = (performance.now() - began) / 1000;
    say(`seed ${SEED}, a bundle of ${readFileSync(path).length} bytes, ${seconds.toFixed(0)} s`);
    say(
      `${FLIPS} flipped bytes: ${byte + part + misnamed} detected, ${byte} named to the byte, ${part} to a part that holds it, ${misnamed} otherwise, ${missed} missed`,
    );
    if (missed + misnamed > 0) {
      throw new InternalError({
        code: 'flip-missed',
        message: `${missed} altered bytes were not found, ${misnamed} were named wrongly`,
        remedy: 'look at what `assay verify` says of a bundle with one of them',
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
