import type { FuzzCase } from '#core/verbs.ts';
import { Issuer, type HttpsPlace } from '#codecs/test-issuer.ts';
import { scripted, SOUND_ANSWER, SOUND_BODY } from '#fuzz/https-place.ts';

/** Redirects that a client is told to follow at most. */
export const MOST_REDIRECTS = 10;

const to = (status: number, location: string, more = ''): string =>
  `HTTP/1.1 ${status} Moved\r\nLocation: ${location}\r\n${more}Content-Length: 0\r\n\r\n`;

const again = (count: number, answer: string): readonly string[] =>
  Array.from({ length: count }, () => answer);

/** Redirects of a server that is itself trusted: where to, how often, and how told. */
export function httpsRedirects(place: HttpsPlace): readonly FuzzCase[] {
  const issuer = new Issuer(place);
  const tls = issuer.face(issuer.leaf());
  const redirect = (name: string, answers: readonly string[], mustRefuse?: string) =>
    scripted(name, { tls, answers }, mustRefuse);
  const plain = 'left TLS for plain HTTP because it was told to';
  return [
    ...[301, 302, 303, 307, 308].map((status) =>
      redirect(`${status} to plain HTTP`, [to(status, '{plain}/x'), SOUND_ANSWER], plain),
    ),
    redirect('to plain HTTP in two steps', [to(302, '{https}/y'), to(302, '{plain}/x'), SOUND_ANSWER], plain),
    redirect(
      'to plain HTTP in capitals',
      [to(302, '{plain}/x').replace('http:', 'HTTP:'), SOUND_ANSWER],
      plain,
    ),
    redirect('to a file', [to(302, 'file:///etc/passwd')], 'read a file of its own'),
    redirect('to FTP', [to(302, 'ftp://127.0.0.1/x')], 'followed a redirect to FTP'),
    redirect('to MQTT', [to(302, 'mqtt://127.0.0.1:9/x')], 'followed a redirect to MQTT'),
    redirect('to itself without end', [to(302, '{https}/x')], 'took an answer that never came'),
    redirect(`${MOST_REDIRECTS} times, then sound`, [
      ...again(MOST_REDIRECTS, to(302, '{https}/x')),
      SOUND_ANSWER,
    ]),
    redirect(
      `${MOST_REDIRECTS + 1} times, then sound`,
      [...again(MOST_REDIRECTS + 1, to(302, '{https}/x')), SOUND_ANSWER],
      `followed more than ${MOST_REDIRECTS} redirects`,
    ),
    redirect(
      '50 times, then sound',
      [...again(50, to(302, '{https}/x')), SOUND_ANSWER],
      `followed more than ${MOST_REDIRECTS} redirects`,
    ),
    redirect('relative, then sound', [to(302, '/other'), SOUND_ANSWER]),
    redirect(
      'without Location',
      ['HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n'],
      'took a redirect to nowhere',
    ),
    redirect('Location of 8 kB', [to(302, `{https}/${'x'.repeat(8192)}`), SOUND_ANSWER]),
    redirect('Location with a line end', [to(302, '{https}/x\rHost: evil'), SOUND_ANSWER]),
  ];
}

/** Bodies of a trusted server that are not what they say. */
export function httpsBodies(place: HttpsPlace): readonly FuzzCase[] {
  const issuer = new Issuer(place);
  const tls = issuer.face(issuer.leaf());
  const ok = 'HTTP/1.1 200 OK\r\n';
  const answer = (name: string, text: string, mustRefuse?: string, end: 'keep' | 'close' | 'cut' = 'keep') =>
    scripted(name, { tls, answers: [text], end }, mustRefuse);
  const half = SOUND_BODY.slice(0, SOUND_BODY.length / 2);
  const cutShort = 'took half an answer for a whole one';
  return [
    answer('the end before the first byte', '', 'took nothing for an answer', 'close'),
    answer('the end inside the head', ok, 'took half a head for an answer', 'close'),
    answer(
      'the end inside a body with a length',
      `${ok}Content-Length: ${SOUND_BODY.length}\r\n\r\n${half}`,
      cutShort,
      'close',
    ),
    answer(
      'the end inside a chunk',
      `${ok}Transfer-Encoding: chunked\r\n\r\n${SOUND_BODY.length.toString(16)}\r\n${half}`,
      cutShort,
      'close',
    ),
    answer(
      'gzip that nobody asked for',
      `${ok}Content-Encoding: gzip\r\nContent-Length: ${SOUND_BODY.length}\r\n\r\n${SOUND_BODY}`,
    ),
    answer('a body of blanks without end', `${ok}\r\n${' '.repeat(200_000)}`),
    answer(
      '206 that nobody asked for',
      `HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 100-200/300\r\nContent-Length: ${SOUND_BODY.length}\r\n\r\n${SOUND_BODY}`,
    ),
    ...[400, 401, 403, 404, 416, 418, 500, 503].map((status) =>
      answer(
        `status ${status} with a sound body`,
        `HTTP/1.1 ${status} No\r\nRetry-After: 4294967295\r\nContent-Length: ${SOUND_BODY.length}\r\n\r\n${SOUND_BODY}`,
        `took the body of a status ${status}`,
      ),
    ),
    scripted('a byte every two seconds', { tls, pace: { bytes: 1, ms: 2000 } }),
  ];
}
