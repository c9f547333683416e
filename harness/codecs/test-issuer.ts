import type { ServerScript, TlsFace } from '#codecs/server-script.ts';
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

/** A server without fault that answers everything with this body. */
export function soundScript(place: HttpsPlace, body: string): ServerScript {
  const issuer = new Issuer(place);
  const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  return { tls: issuer.face(issuer.leaf()), answers: [answer], end: 'keep' };
}
