import { spawnSync } from 'node:child_process';
import { BenchError } from '#core/errors.ts';
import type { PublicKey, Signer } from '#engine/signing/keys.ts';

/** A person may have to look for a token and touch it. */
const PATIENCE_MS = 300_000;
const LONGEST_SIGNATURE = 64 * 1024;

function failed(got: string): BenchError {
  return new BenchError({
    code: 'sign-command',
    message: 'the signing command gave no signature that fits the public key',
    expected:
      'the raw signature on standard output: 64 bytes for Ed25519, DER for ECDSA over P-256 with SHA-256',
    got,
    remedy: 'try the command by hand; it gets the bytes to sign on standard input',
  });
}

/**
 * Lets a command of the user's sign, so that a private key can stay in a token or a service: the bytes go to its standard
 * input, the signature comes from its standard output. Throws BenchError `sign-command` unless the signature verifies.
 */
export function externalSigner(command: string, key: PublicKey): Signer {
  return {
    key,
    sign(message) {
      const { status, stdout, error } = spawnSync(command, {
        shell: true,
        input: message,
        stdio: ['pipe', 'pipe', 'inherit'],
        timeout: PATIENCE_MS,
        maxBuffer: LONGEST_SIGNATURE,
      });
      if (error !== undefined) throw failed(error.message);
      if (status !== 0) throw failed(`exit code ${status}`);
      if (!key.verify(message, stdout)) throw failed(`${stdout.length} bytes that do not verify`);
      return stdout;
    },
  };
}
