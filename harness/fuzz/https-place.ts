import type { FuzzCase } from '#core/verbs.ts';
import { encodeOtaNotice } from '#codecs/ota-notice.ts';
import { encodeScript, type ServerScript, type TlsFace } from '#codecs/server-script.ts';
import { ALWAYS, testAuthority, type TestAuthority } from '#codecs/test-authority.ts';
import { testKey, type TestKey } from '#codecs/test-key.ts';
import {
  certificatePem,
  ecdsaSigner,
  encodeCertificate,
  type CertificateSpec,
  type X509Signer,
} from '#codecs/x509.ts';

/** Where a device fetches from by HTTPS, and whom it trusts there. */
export interface HttpsPlace {
  /** Name that the server's certificate must carry. */
  readonly host: string;
  /** Name of the test authority that the device trusts. */
  readonly authority: string;
}

/** An update notice that a device reads and, asked only to read it, does nothing about. */
export const SOUND_BODY = Buffer.from(
  encodeOtaNotice({
    url: 'http://127.0.0.1:9/none',
    size: 65_536,
    version: '0.0.0',
    project: 'fuzz',
    sha256: '0'.repeat(64),
  }),
).toString('latin1');

/** A sound answer with it. */
export const SOUND_ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: ${SOUND_BODY.length}\r\n\r\n${SOUND_BODY}`;

/** Issues what servers of a place show; every certificate of it can be made again from names alone. */
export class Issuer {
  readonly host: string;
  readonly root: TestAuthority;
  readonly serverKey: TestKey = testKey('server');

  constructor({ host, authority }: HttpsPlace) {
    this.host = host;
    this.root = testAuthority(authority);
  }

  /** A server's certificate, sound but for what is told otherwise. */
  leaf(odd: Partial<CertificateSpec> = {}, signer: X509Signer = ecdsaSigner(this.root.key)): string {
    const spec: CertificateSpec = {
      subject: this.host,
      issuer: this.root.name,
      serial: 2,
      ...ALWAYS,
      publicKey: this.serverKey.spki,
      authority: false,
      purpose: 'server',
      names: [this.host],
      ...odd,
    };
    return certificatePem(encodeCertificate(spec, signer));
  }

  /** A server with this chain and the key of sound servers. */
  face(chain: string, more: Partial<TlsFace> = {}): TlsFace {
    return { chain, key: this.serverKey.pem, ...more };
  }
}

/** A case that is a server's script; `mustRefuse` says what a client has done that takes it. */
export function scripted(name: string, script: Partial<ServerScript>, mustRefuse?: string): FuzzCase {
  const whole: ServerScript = { tls: null, answers: [SOUND_ANSWER], end: 'keep', ...script };
  return { name, bytes: encodeScript(whole), ...(mustRefuse !== undefined && { mustRefuse }) };
}
