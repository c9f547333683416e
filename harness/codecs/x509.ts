import { createHash, type KeyObject, sign } from 'node:crypto';
import {
  derBits,
  derContext,
  derDay,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derSet,
  derText,
  derTrue,
} from '#codecs/der.ts';
import { ecdsaSign } from '#codecs/ecdsa-curve.ts';
import type { TestKey } from '#codecs/test-key.ts';

/** Signs the body of a certificate, and says by which algorithm. */
export interface X509Signer {
  /** AlgorithmIdentifier, DER. */
  readonly algorithm: Uint8Array;
  sign(body: Uint8Array): Uint8Array;
}

/** What a certificate says (RFC 5280). Nothing of it is checked: wrong certificates are what it is for. */
export interface CertificateSpec {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: number;
  /** `YYYY-MM-DD`. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** May issue others; a number: so many issuers may follow. Left out: no basic constraints, false: explicitly none. */
  readonly authority?: boolean | number;
  readonly purpose?: 'server' | 'client';
  /** Alternative names. */
  readonly names?: readonly string[];
  /** Four bytes each. */
  readonly addresses?: readonly Uint8Array[];
  /** Bytes of a comment that nobody reads. */
  readonly ballast?: number;
}

const OID = {
  commonName: '2.5.4.3',
  keyUsage: '2.5.29.15',
  alternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  comment: '2.16.840.1.113730.1.13',
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
} as const;

const ECDSA_OID = { sha256: '1.2.840.10045.4.3.2', sha1: '1.2.840.10045.4.1' } as const;
const RSA_OID = {
  sha256: '1.2.840.113549.1.1.11',
  sha1: '1.2.840.113549.1.1.5',
  md5: '1.2.840.113549.1.1.4',
} as const;

/** ECDSA on P-256, the same signature each time (RFC 6979). */
export function ecdsaSigner({ secret }: TestKey, hash: keyof typeof ECDSA_OID = 'sha256'): X509Signer {
  return {
    algorithm: derSequence(derOid(ECDSA_OID[hash])),
    sign: (body) => ecdsaSign('P-256', createHash(hash).update(body).digest(), secret),
  };
}

/** RSA with PKCS #1 v1.5 padding. */
export function rsaSigner(key: KeyObject, hash: keyof typeof RSA_OID = 'sha256'): X509Signer {
  return {
    algorithm: derSequence(derOid(RSA_OID[hash]), derNull()),
    sign: (body) => sign(hash, body, key),
  };
}

/** The certificate, DER. */
export function encodeCertificate(spec: CertificateSpec, signer: X509Signer): Uint8Array {
  const extensions = extensionsOf(spec);
  const body = derSequence(
    derContext(0, derInteger(2)),
    derInteger(spec.serial),
    signer.algorithm,
    nameOf(spec.issuer),
    derSequence(derDay(spec.notBefore), derDay(spec.notAfter)),
    nameOf(spec.subject),
    spec.publicKey,
    ...(extensions.length === 0 ? [] : [derContext(3, derSequence(...extensions))]),
  );
  return derSequence(body, signer.algorithm, derBits(signer.sign(body)));
}

/** The same as PEM. */
export function certificatePem(certificate: Uint8Array): string {
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function nameOf(common: string): Uint8Array {
  return derSequence(derSet(derSequence(derOid(OID.commonName), derText(common))));
}

function extension(oid: string, value: Uint8Array, critical = false): Uint8Array {
  return derSequence(derOid(oid), ...(critical ? [derTrue()] : []), derOctets(value));
}

function extensionsOf({ authority, purpose, names, addresses, ballast }: CertificateSpec): Uint8Array[] {
  const list: Uint8Array[] = [];
  if (authority !== undefined) {
    const path = typeof authority === 'number' ? [derInteger(authority)] : [];
    const contents = authority === false ? [] : [derTrue(), ...path];
    list.push(extension(OID.basicConstraints, derSequence(...contents), true));
    // keyCertSign and cRLSign for issuers, digitalSignature for the others.
    list.push(
      extension(
        OID.keyUsage,
        authority === false ? derBits(Uint8Array.of(0x80), 7) : derBits(Uint8Array.of(6), 1),
        true,
      ),
    );
  }
  if (purpose !== undefined) list.push(extension(OID.extendedKeyUsage, derSequence(derOid(OID[purpose]))));
  const alternatives = [
    ...(names ?? []).map((name) => derContext(2, Buffer.from(name, 'latin1'), false)),
    ...(addresses ?? []).map((address) => derContext(7, address, false)),
  ];
  if (alternatives.length > 0) list.push(extension(OID.alternativeName, derSequence(...alternatives)));
  if (ballast !== undefined) list.push(extension(OID.comment, derText('x'.repeat(ballast))));
  return list;
}
