import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CONFIG = `
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamps]
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = authority
[authority]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
`;

/** A time-stamp authority of OpenSSL in a folder: a root, and a certificate for time stamps. */
export class OpensslAuthority {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    writeFileSync(join(folder, 'tsa.cnf'), CONFIG);
    writeFileSync(join(folder, 'serial'), '01\n');
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', 'tsa.cnf'];
    this.#openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      'root.key',
      '-out',
      'root.pem',
      '-subj',
      '/CN=Test root',
      '-extensions',
      'root',
    );
    this.#openssl('req', ...key, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=Test time stamps');
    const by = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial'];
    this.#openssl(
      'x509',
      '-req',
      '-in',
      'tsa.csr',
      ...by,
      '-out',
      'tsa.pem',
      '-extfile',
      'tsa.cnf',
      '-extensions',
      'stamps',
    );
  }

  get root(): string {
    return join(this.#folder, 'root.pem');
  }

  /** Answers a request. */
  stamp(request: Uint8Array): Uint8Array {
    writeFileSync(join(this.#folder, 'request.tsq'), request);
    const from = ['-queryfile', 'request.tsq', '-signer', 'tsa.pem', '-inkey', 'tsa.key'];
    this.#openssl(
      'ts',
      '-reply',
      '-config',
      'tsa.cnf',
      '-section',
      'authority',
      ...from,
      '-out',
      'response.tsr',
    );
    return readFileSync(join(this.#folder, 'response.tsr'));
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe', timeout: 60_000 });
  }
}
