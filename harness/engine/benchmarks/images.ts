import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildMcubootImage } from '#codecs/mcuboot-build.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { mcubootPublicKey } from '#codecs/mcuboot-public-key.ts';
import type { SignatureScheme } from '#codecs/mcuboot-scheme.ts';
import { verifyMcubootImage } from '#codecs/mcuboot-verify.ts';
import { InternalError } from '#core/errors.ts';

const SIZE = 512 * 1024;
/** Rounds of each scheme, besides one that warms up. */
const ROUNDS = 10;

const IMGTOOL = process.env['ASSAY_IMGTOOL'] ?? 'imgtool';

/** The same rounds within one Python, so that its start does not count: the commands, called as a program calls them. */
const SCRIPT = `
import time
from click.testing import CliRunner
from imgtool.main import imgtool
def both():
    for line in ('sign -k key.pem -v 1.2.3 -H 0x200 --pad-header -S 0x100000 payload.bin signed.bin',
                 'verify -k key.pem signed.bin'):
        result = CliRunner().invoke(imgtool, line.split())
        assert result.exit_code == 0, result.output
both()
began = time.perf_counter()
for _ in range(${ROUNDS}): both()
print((time.perf_counter() - began) * 1000 / ${ROUNDS})
`;

const KEYS: Readonly<Record<SignatureScheme, () => { readonly privateKey: KeyObject }>> = {
  'rsa-2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'rsa-3072': () => generateKeyPairSync('rsa', { modulusLength: 3072 }),
  'ecdsa-p256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'ecdsa-p384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ed25519: () => generateKeyPairSync('ed25519'),
};

/** Milliseconds that one of so many rounds took. */
function timed(rounds: number, work: () => void): number {
  const began = performance.now();
  for (let round = 0; round < rounds; round++) work();
  return (performance.now() - began) / rounds;
}

function signAndVerify(payload: Uint8Array, pem: string): void {
  const version = { major: 1, minor: 2, revision: 3, build: 0 };
  const image = buildMcubootImage({ version, payload, key: mcubootKey(pem) });
  if (verifyMcubootImage(image, { keys: [mcubootPublicKey(pem)] }).valid) return;
  throw new InternalError({
    code: 'benchmark-image',
    message: 'an image that was just signed does not verify',
    remedy: 'run `npm run peers -- images`',
  });
}

/** The Python that an installed imgtool names in its first line; null where there is no imgtool. */
function pythonOfTool(): string | null {
  const { stdout } = spawnSync('sh', ['-c', 'command -v "$0"', IMGTOOL], { encoding: 'utf8' });
  const path = stdout.trim();
  if (path === '') return null;
  return /^#!(\S*python\S*)$/m.exec(readFileSync(path, 'utf8').slice(0, 200))?.[1] ?? null;
}

/** Milliseconds of the same work by imgtool on the same bytes, within one process; null where it cannot be run. */
function toolTime(folder: string, pem: string): number | null {
  writeFileSync(join(folder, 'key.pem'), pem, { mode: 0o600 });
  const python = pythonOfTool();
  if (python === null) return null;
  const { stdout, status } = spawnSync(python, ['-c', SCRIPT], { cwd: folder, encoding: 'utf8' });
  return status === 0 ? Number(stdout) : null;
}

function line(scheme: string, ours: number, theirs: number | null): string {
  const told = `${scheme}: sign and verify ${SIZE / 1024} KiB in ${ours.toFixed(2)} ms`;
  if (theirs === null) return `${told}; imgtool cannot be run, so there is no ratio`;
  return `${told}; imgtool ${theirs.toFixed(2)} ms; ratio ${(theirs / ours).toFixed(1)}`;
}

/** Images of 512 KiB signed and verified per second, over all schemes; beside imgtool where it is installed. */
export function benchmark(say: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const payload = Uint8Array.from({ length: SIZE }, (_, index) => (index * 31) >>> 3);
  const schemes = Object.entries(KEYS);
  let total = 0;
  try {
    writeFileSync(join(folder, 'payload.bin'), payload);
    for (const [scheme, generate] of schemes) {
      const pem = String(generate().privateKey.export({ type: 'pkcs8', format: 'pem' }));
      signAndVerify(payload, pem);
      const ours = timed(ROUNDS, () => signAndVerify(payload, pem));
      total += ours;
      say(line(scheme, ours, toolTime(folder, pem)));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  say(`images ${Math.round((1000 * schemes.length) / total)} /s`);
  return Promise.resolve();
}
