import { hash } from 'node:crypto';
import type { Certificate, SignedData, TSTInfo } from 'pkijs';
import { UsageError } from '#core/errors.ts';

/** Larger than any time-stamp response with its certificates. */
const LARGEST = 256 * 1024;
const SHA256 = '2.16.840.1.101.3.4.2.1';
/** PKIStatus `granted` and `grantedWithMods`; all others say no (RFC 3161 2.4.2). */
const GRANTED: ReadonlySet<number> = new Set([0, 1]);
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/** What a time-stamp token shows. */
export interface TimeStamp {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Name in the authority's certificate. */
  readonly authority: string;
  /** `trusted`: its certificate goes back to one that was given; `unchecked`: none was given. */
  readonly chain: 'trusted' | 'unchecked';
}

/** Loaded when needed: verifying a run without a time stamp is not to wait for it. */
const pkijs = () => import('pkijs');

function unfit(what: string): UsageError {
  return new UsageError({
    code: 'time-stamp',
    message: `the time stamp ${what}`,
    expected: 'the response of a time-stamp authority (RFC 3161) to the request for this very run',
    remedy: 'write a request with `assay bundle --time-stamp-request`, and ask the authority again',
  });
}

/** A request for a time stamp over a message (RFC 3161 2.4.1): SHA-256, with the authority's certificate. */
export async function timeStampRequest(message: Uint8Array): Promise<Uint8Array> {
  const { AlgorithmIdentifier, MessageImprint, TimeStampReq } = await pkijs();
  const { Null, OctetString } = await import('asn1js');
  const messageImprint = new MessageImprint({
    hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256, algorithmParams: new Null() }),
    hashedMessage: new OctetString({ valueHex: Uint8Array.from(hash('sha256', message, 'buffer')).buffer }),
  });
  return new Uint8Array(new TimeStampReq({ version: 1, messageImprint, certReq: true }).toSchema().toBER());
}

async function parsed(response: Uint8Array): Promise<{ signed: SignedData; info: TSTInfo }> {
  const { SignedData: Signed, TimeStampResp, TSTInfo: Info } = await pkijs();
  if (response.length > LARGEST) throw unfit(`has ${response.length} bytes`);
  try {
    const { status, timeStampToken } = TimeStampResp.fromBER(Uint8Array.from(response));
    if (!GRANTED.has(status.status) || timeStampToken === undefined) throw unfit('was not granted');
    const signed = new Signed({ schema: timeStampToken.content });
    const content = signed.encapContentInfo.eContent;
    if (signed.encapContentInfo.eContentType !== TST_INFO || content === undefined)
      throw unfit('holds no time');
    return { signed, info: Info.fromBER(content.getValue()) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw unfit('cannot be read');
  }
}

function isOver({ messageImprint }: TSTInfo, message: Uint8Array): boolean {
  const { hashAlgorithm, hashedMessage } = messageImprint;
  const hashed = Buffer.from(hashedMessage.getValue()).toString('hex');
  return hashAlgorithm.algorithmId === SHA256 && hashed === hash('sha256', message, 'hex');
}

/** RFC 3161 2.3: the certificate may be used for time stamps and nothing else. */
function isForTimeStamps(certificate: Certificate): boolean {
  const usage = certificate.extensions?.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE);
  const { keyPurposes = [] } = (usage?.parsedValue ?? {}) as { readonly keyPurposes?: readonly string[] };
  return usage?.critical === true && keyPurposes.length === 1 && keyPurposes[0] === TIME_STAMPING;
}

function nameOf({ subject }: Certificate): string {
  return subject.typesAndValues.map(({ value }) => value.getValue()).join(', ');
}

async function rootsOf(authorities: readonly Uint8Array[]): Promise<Certificate[]> {
  const { Certificate: Cert } = await pkijs();
  return authorities.map((der) => Cert.fromBER(Uint8Array.from(der)));
}

type CmsCheck = Awaited<ReturnType<SignedData['verify']>>;

/** Never throws: pkijs rejects with an object of the same form as the one it resolves to. */
function verifyCms(
  signed: SignedData,
  { genTime }: TSTInfo,
  message: Uint8Array,
  trustedCerts: Certificate[],
): Promise<Partial<Extract<CmsCheck, object>>> {
  const data = Uint8Array.from(message).buffer;
  const checkChain = trustedCerts.length > 0;
  return signed
    .verify({ signer: 0, data, trustedCerts, checkChain, checkDate: genTime, extendedMode: true })
    .catch((error: unknown) => error as Extract<CmsCheck, object>);
}

/** Verifies the CMS signature, and the chain where there is somebody to trust; gives the signer's certificate. */
async function signerOf(
  signed: SignedData,
  info: TSTInfo,
  message: Uint8Array,
  trusted: Certificate[],
): Promise<Certificate> {
  const { signatureVerified, signerCertificate } = await verifyCms(signed, info, message, []);
  if (signatureVerified !== true || !signerCertificate) throw unfit('does not carry a valid signature');
  if (trusted.length === 0) return signerCertificate;
  const { signerCertificateVerified } = await verifyCms(signed, info, message, trusted);
  if (signerCertificateVerified === true) return signerCertificate;
  throw unfit('is by an authority that none of the given certificates vouches for');
}

/**
 * Checks a time-stamp response over a message, offline: its imprint, its signature, that the certificate is for time
 * stamps, and the chain to one of the authorities (DER), where any is given. Throws UsageError `time-stamp`.
 */
export async function checkTimeStamp(
  response: Uint8Array,
  message: Uint8Array,
  authorities: readonly Uint8Array[],
): Promise<TimeStamp> {
  const { signed, info } = await parsed(response);
  if (!isOver(info, message)) throw unfit('is over something else');
  const roots = await rootsOf(authorities);
  const signer = await signerOf(signed, info, message, roots);
  if (!isForTimeStamps(signer)) throw unfit('is by a certificate that is not for time stamps');
  return {
    at: info.genTime.toISOString(),
    authority: nameOf(signer),
    chain: roots.length > 0 ? 'trusted' : 'unchecked',
  };
}
