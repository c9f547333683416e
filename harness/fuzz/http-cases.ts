import type { FuzzCase } from '#core/verbs.ts';
import { encodeOtaNotice } from '#codecs/ota-notice.ts';
import { havoc } from '#fuzz/mutate.ts';
import { rng } from '#fuzz/rng.ts';

/** A sound answer: an update notice that a device reads and, asked only to read it, does nothing about. */
const BODY = Buffer.from(
  encodeOtaNotice({
    url: 'http://127.0.0.1:9/none',
    size: 65_536,
    version: '0.0.0',
    project: 'fuzz',
    sha256: '0'.repeat(64),
  }),
).toString('latin1');

const OK = 'HTTP/1.1 200 OK\r\n';

type Text = readonly [name: string, response: string];

function cases(texts: readonly Text[]): readonly FuzzCase[] {
  return texts.map(([name, response]) => ({ name, bytes: Buffer.from(response, 'latin1') }));
}

function withLength(length: string): string {
  return `${OK}Content-Length: ${length}\r\n\r\n${BODY}`;
}

/** Content-Lengths that do not tell the truth, are no numbers, or come twice. */
export function httpLengths(): readonly FuzzCase[] {
  const lengths = [
    '0',
    '1',
    String(BODY.length - 1),
    String(BODY.length + 1),
    '1025',
    '65536',
    '2147483647',
    '2147483648',
    '4294967295',
    '4294967296',
    `${2 ** 32 + BODY.length}`,
    '9007199254740993',
    '18446744073709551615',
    '18446744073709551616',
    '9'.repeat(400),
    '-1',
    '+1',
    '0x10',
    '1e3',
    '1.0',
    '1 2',
    '',
    'abc',
    `${BODY.length}, ${BODY.length}`,
  ];
  return cases([
    ...lengths.map((length): Text => [`Content-Length ${length.slice(0, 24)}`, withLength(length)]),
    ['two lengths that differ', `${OK}Content-Length: 5\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`],
  ]);
}

function chunked(...lines: readonly string[]): string {
  return `${OK}Transfer-Encoding: chunked\r\n\r\n${lines.join('\r\n')}`;
}

/** Chunk sizes, extensions and trailers that overflow, lie, or never end. */
export function httpChunks(): readonly FuzzCase[] {
  const sizes = [
    'FFFFFFFF',
    'FFFFFFFFF',
    'FFFFFFFFFFFFFFFF',
    '80000000',
    '7FFFFFFF',
    '-1',
    '0x10',
    'xyz',
    '',
    ' 5',
    '401',
  ];
  const size = BODY.length.toString(16);
  return cases([
    ...sizes.map((text): Text => [`chunk size ${text || 'missing'}`, chunked(text, BODY, '0', '', '')]),
    ['nothing but the last chunk', chunked('0', '', '')],
    [
      'a second chunk that wraps the sum',
      chunked('5', BODY.slice(0, 5), 'FFFFFFFB', BODY.slice(5), '0', '', ''),
    ],
    ['a thousand zeros before the size', chunked(`${'0'.repeat(1000)}${size}`, BODY, '0', '', '')],
    ['an extension of 64 KiB', chunked(`${size};x=${'e'.repeat(65_536)}`, BODY, '0', '', '')],
    ['a chunk longer than its size', chunked('5', BODY, '0', '', '')],
    ['a chunk without its line end', chunked(size, `${BODY}0`, '', '')],
    ['a thousand chunks of one byte', chunked(...Array.from({ length: 1000 }, () => '1\r\n{'), '0', '', '')],
    ['a flood of trailers', chunked('0', ...Array.from({ length: 200 }, (_, i) => `t${i}: x`), '', '')],
    [
      'chunked and a length',
      `${OK}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\n${BODY.slice(0, 5)}\r\n0\r\n\r\n`,
    ],
    ['two codings', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['a coding nobody knows', `${OK}Transfer-Encoding: bogus\r\n\r\n${BODY}`],
  ]);
}

/** Status lines and headers that are wrong, too long, too many, or hold what they must not. */
export function httpHeads(): readonly FuzzCase[] {
  const status = [
    'HTTP/0.9 200 OK',
    'HTTP/9.9 200 OK',
    'HTTP/1.1 20000 OK',
    'HTTP/1.1 -1 OK',
    'HTTP/1.1',
    'ICY 200 OK',
    'x',
  ];
  const head = (line: string): string => `${line}\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
  const field = (text: string): string => `${OK}${text}\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
  return cases([
    ...status.map((line): Text => [`status line ${line}`, head(line)]),
    ...[204, 206, 301, 302, 304, 401, 404, 416, 418, 500, 503].map((code): Text => [
      `status ${code}`,
      head(`HTTP/1.1 ${code} X`),
    ]),
    ['a thousand interim responses', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000)],
    ['a redirect to itself', `HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n`],
    [
      'a redirect to a file',
      `HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n`,
    ],
    ['a header line of 64 KiB', field(`X-Long: ${'h'.repeat(65_536)}`)],
    ['a thousand headers', field(Array.from({ length: 1000 }, (_, i) => `X-${i}: x`).join('\r\n'))],
    ['NUL in a header name', field('X\0Y: z')],
    ['NUL in a header value', field('X: y\0z')],
    ['a folded header', field('X: y\r\n z')],
    ['a header without colon', field('no colon here')],
    ['bare line feeds', `HTTP/1.1 200 OK\nContent-Length: ${BODY.length}\n\n${BODY}`],
    ['bare carriage returns', `HTTP/1.1 200 OK\rContent-Length: 5\r\r12345`],
    ['gzip that is none', field('Content-Encoding: gzip')],
    [
      'binary rubbish',
      Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 167) & 0xff)).toString('latin1'),
    ],
  ]);
}

/** Answers that stop at some place and leave the connection open. */
export function httpStalls(): readonly FuzzCase[] {
  const sound = withLength(String(BODY.length));
  const body = sound.length - BODY.length;
  const places = [
    0,
    1,
    8,
    15,
    OK.length,
    OK.length + 10,
    body - 2,
    body,
    body + 1,
    body + (BODY.length >> 1),
    sound.length - 1,
  ];
  return cases([
    ...places.map((end): Text => [`silence after ${end} bytes`, sound.slice(0, end)]),
    ['silence inside a chunk size', chunked('1').slice(0, -1)],
    ['silence inside a chunk', chunked(BODY.length.toString(16), BODY.slice(0, 20))],
    ['silence before the last chunk', chunked(BODY.length.toString(16), BODY, '')],
    ['a body without end or length', `${OK}\r\n${BODY.slice(0, 30)}`],
  ]);
}

/** Random damage to a sound answer; a function of the seed and the case's number. */
export function httpHavoc(seed: number, count: number): readonly FuzzCase[] {
  const bases: readonly Text[] = [
    ['answer with a length', withLength(String(BODY.length))],
    ['answer in chunks', chunked(BODY.length.toString(16), BODY, '0', '', '')],
  ];
  return Array.from({ length: count }, (_, number) => {
    const stream = rng(seed, `http havoc ${number}`);
    const [what, response] = bases[stream.below(bases.length)] ?? ['nothing', ''];
    return havoc(what, Buffer.from(response, 'latin1'), stream);
  });
}
