import type { FuzzCase } from '#core/verbs.ts';
import type { RecordTrouble, ServerScript, TlsFace } from '#codecs/server-script.ts';
import { Issuer, soundScript, type HttpsPlace } from '#codecs/test-issuer.ts';
import { scripted, SOUND_BODY } from '#fuzz/https-place.ts';

/** AlertDescriptions of RFC 8446, 6. */
const ALERTS: readonly (readonly [string, number])[] = [
  ['unexpected_message', 10],
  ['bad_record_mac', 20],
  ['handshake_failure', 40],
  ['internal_error', 80],
  ['unrecognized_name', 112],
  ['a number nobody knows', 255],
];

const record = (type: number, version: string, body: string, length = body.length / 2): string =>
  `${type.toString(16).padStart(2, '0')}${version}${length.toString(16).padStart(4, '0')}${body}`;

/** ServerHello of this version, with a zero random and a suite of the time. */
function helloOf(version: string): string {
  const body = `${version}${'00'.repeat(32)}00002f00`;
  return record(22, version, `02${(body.length / 2).toString(16).padStart(6, '0')}${body}`);
}

const WEAK = [
  ['no encryption', 'ECDHE-ECDSA-NULL-SHA'],
  ['an anonymous key exchange', 'ADH-AES128-SHA256'],
  ['an anonymous key exchange on a curve', 'AECDH-AES128-SHA'],
] as const;

/** Versions, suites and handshakes as no server should have them. */
export function tlsSessionCases(place: HttpsPlace): readonly FuzzCase[] {
  const issuer = new Issuer(place);
  const chain = issuer.leaf();
  const spoken = (name: string, more: Partial<TlsFace>, mustRefuse?: string) =>
    scripted(name, { tls: issuer.face(chain, more) }, mustRefuse);
  const tls12 = issuer.face(chain, { max: 'TLSv1.2' });
  const troubled = (name: string, records: RecordTrouble, more: Partial<ServerScript> = {}) =>
    scripted(name, { tls: tls12, records, ...more }, 'went on where the handshake was broken');
  const first = (name: string, hex: string) =>
    scripted(name, { first: hex }, 'went on without a server that speaks TLS');
  return [
    spoken('TLS 1.0 alone', { max: 'TLSv1' }, 'spoke TLS 1.0'),
    spoken('TLS 1.1 alone', { min: 'TLSv1.1', max: 'TLSv1.1' }, 'spoke TLS 1.1'),
    first('SSL 3.0 alone', helloOf('0300')),
    ...WEAK.map(([what, ciphers]) =>
      spoken(`${what} alone`, { max: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` }, `took ${what}`),
    ),
    spoken('another protocol by ALPN', { alpn: ['h3'] }),
    scripted('plain HTTP in the place of TLS', {}, 'took plain HTTP on the port of TLS'),
    first('rubbish in the place of TLS', 'a5'.repeat(300)),
    first('a record of length 0', record(22, '0303', '')),
    first('a record of length 16385', record(22, '0303', '00'.repeat(16_385))),
    first('a record of length 65535 that never comes', record(22, '0303', '02', 0xffff)),
    first('a record of a type nobody knows', record(99, '0303', '00')),
    first('application data in the place of ServerHello', record(23, '0303', '41'.repeat(40))),
    first('a ServerHello of zero bytes', record(22, '0303', '02000000')),
    first('a ServerHello that lies about its length', record(22, '0303', `02ffffff${'00'.repeat(32)}`)),
    first('a HelloRequest flood', record(22, '0303', '00000000').repeat(500)),
    first('alerts that only warn, a flood', record(21, '0303', '0100').repeat(500)),
    ...ALERTS.map(([name, number]) =>
      first(
        `alert ${name} in the place of ServerHello`,
        record(21, '0303', `02${number.toString(16).padStart(2, '0')}`),
      ),
    ),
    ...[0, 1, 2, 3, 4].map((after) => troubled(`silence behind ${after} records`, { kind: 'stall', after })),
    ...[1, 2, 3].map((after) => troubled(`the end behind ${after} records`, { kind: 'cut', after })),
    ...[1, 2, 3].map((after) =>
      troubled(`a fatal alert behind ${after} records`, {
        kind: 'insert',
        after,
        bytes: record(21, '0303', '0228'),
        goOn: false,
      }),
    ),
    troubled('a finished record that nobody can decrypt', {
      kind: 'insert',
      after: 4,
      bytes: record(23, '0303', '5a'.repeat(64)),
      goOn: false,
    }),
    scripted('a handshake in records of one byte', { tls: tls12, records: { kind: 'split', size: 1 } }),
    scripted('a handshake in records of seven bytes', { tls: tls12, records: { kind: 'split', size: 7 } }),
    scripted(
      'the end without close_notify inside the body',
      {
        tls: tls12,
        answers: [
          `HTTP/1.1 200 OK\r\nContent-Length: ${SOUND_BODY.length}\r\n\r\n${SOUND_BODY.slice(0, 40)}`,
        ],
        end: 'cut',
      },
      'took half an answer for a whole one',
    ),
  ];
}

/** A server without fault, for the control of a campaign. */
export function soundServer(place: HttpsPlace): FuzzCase {
  return scripted('sound', soundScript(place, SOUND_BODY));
}
