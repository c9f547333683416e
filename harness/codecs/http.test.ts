import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { UsageError } from '#core/errors.ts';
import { httpGet, HttpResponse, type HttpEvent, type HttpLimits } from '#codecs/http.ts';

const LIMITS: HttpLimits = { line: 1024, headers: 20, body: 1 << 20, interim: 4 };

interface Seen {
  readonly status: number | null;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** `end`, an error code, or null: it goes on. */
  readonly outcome: string | null;
}

function summary(events: readonly HttpEvent[]): Seen {
  const head = events.find((event) => event.kind === 'head');
  const last = events.at(-1);
  const body = Buffer.concat(events.flatMap((event) => (event.kind === 'body' ? [event.bytes] : [])));
  const outcome = last?.kind === 'error' ? last.error.code : last?.kind === 'end' ? 'end' : null;
  return { status: head?.head.status ?? null, headers: head?.head.headers ?? [], body, outcome };
}

function parse(wire: string | Uint8Array, step = 4096, limits = LIMITS): Seen {
  const bytes = typeof wire === 'string' ? Buffer.from(wire, 'latin1') : wire;
  const parser = new HttpResponse(limits);
  const events: HttpEvent[] = [];
  for (let at = 0; at < bytes.length; at += step) events.push(...parser.push(bytes.subarray(at, at + step)));
  events.push(...parser.close());
  return summary(events);
}

const OK = 'HTTP/1.1 200 OK\r\n';

describe('HTTP/1.1 responses', () => {
  it('reads the chunked example of RFC 9112, section 7.1, in any chunking', () => {
    const wire = `${OK}Transfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n7;x=y\r\npedia i\r\nB\r\nn \r\nchunks.\r\n0\r\nExpires: never\r\n\r\n`;
    for (const step of [1, 2, 3, 7, 4096]) {
      const seen = parse(wire, step);
      assert.equal(seen.body.toString(), 'Wikipedia in \r\nchunks.');
      assert.equal(seen.outcome, 'end');
    }
  });

  it('ends a body by length, by close, or at once', () => {
    assert.deepEqual(parse(`${OK}Content-Length: 3\r\n\r\nabcdef`).body.toString(), 'abc');
    assert.deepEqual(parse(`${OK}\r\nabcdef`).body.toString(), 'abcdef');
    assert.equal(parse('HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nabcd').body.length, 0);
    assert.equal(parse(`${OK}Content-Length: 0\r\n\r\n`).outcome, 'end');
    assert.equal(parse('HTTP/1.0 200\r\n\r\nx').outcome, 'end');
    assert.equal(parse(`HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 1\r\n\r\nx`).body.toString(), 'x');
  });

  it('refuses what two readers could read differently, and what is beyond its limits', () => {
    const cases: [string, string][] = [
      ['HTTP/2.0 200 OK\r\n\r\n', 'http-status-line'],
      ['HTTP/1.1 20 OK\r\n\r\n', 'http-status-line'],
      ['HTTP/1.1 20000 OK\r\n\r\n', 'http-status-line'],
      ['HTTP/1.1 600 OK\r\n\r\n', 'http-status-line'],
      ['ICY 200 OK\r\n\r\n', 'http-status-line'],
      ['<html>', 'http-closed-early'],
      ['', 'http-closed-early'],
      [`${OK}Content-Length: 5\n\nabcde`, 'http-line-end'],
      [`${OK}A: b\rc\r\n\r\n`, 'http-line-end'],
      [`${OK}no colon\r\n\r\n`, 'http-header'],
      [`${OK}name : value\r\n\r\n`, 'http-header'],
      [`${OK} folded: value\r\n\r\n`, 'http-header'],
      [`${OK}a: b\0c\r\n\r\n`, 'http-header'],
      [`${OK}a: ${'b'.repeat(2000)}\r\n\r\n`, 'http-line-length'],
      [`${OK}${'a: b\r\n'.repeat(21)}\r\n`, 'http-header-count'],
      [`${OK}Content-Length: -1\r\n\r\n`, 'http-content-length'],
      [`${OK}Content-Length: +1\r\n\r\n`, 'http-content-length'],
      [`${OK}Content-Length: 0x10\r\n\r\n`, 'http-content-length'],
      [`${OK}Content-Length: 18446744073709551616\r\n\r\n`, 'http-content-length'],
      [`${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 'http-content-length'],
      [`${OK}Content-Length: 4294967297\r\n\r\n`, 'http-length-limit'],
      [`${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, 'http-framing'],
      [`${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`, 'http-framing'],
      [`HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n`, 'http-framing'],
      [`${OK}Content-Length: 5\r\n\r\nabc`, 'http-closed-early'],
      [`${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(5)}${OK}\r\n`, 'http-interim'],
      ['HTTP/1.1 101 Switching\r\n\r\n', 'http-interim'],
    ];
    const chunked = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
    const chunks: [string, string][] = [
      ['-1\r\n', 'http-chunk-size'],
      ['FFFFFFFFF\r\n', 'http-chunk-size'],
      ['\r\n', 'http-chunk-size'],
      ['1 \r\n', 'http-chunk-size'],
      ['FFFFFFFF\r\n', 'http-chunk-limit'],
      [`${'0'.repeat(9)}\r\n`, 'http-chunk-size'],
      ['1\r\nab\r\n', 'http-chunk-end'],
      ['3\r\nab', 'http-closed-early'],
      ['3\r\nabc\r\n', 'http-closed-early'],
      [`1;${'x'.repeat(2000)}\r\n`, 'http-line-length'],
      [`0\r\n${'a: b\r\n'.repeat(21)}\r\n`, 'http-header-count'],
      [`0\r\nbroken\r\n\r\n`, 'http-header'],
    ];
    for (const [wire, code] of [
      ...cases,
      ...chunks.map(([tail, refused]) => [chunked + tail, refused] as const),
    ]) {
      assert.equal(parse(wire).outcome, code, JSON.stringify(wire));
    }
  });

  it('counts the body it passes on, whatever the framing', () => {
    const small = { ...LIMITS, body: 10 };
    assert.equal(parse(`${OK}\r\n${'x'.repeat(11)}`, 3, small).outcome, 'http-body-limit');
    const chunked = `${OK}Transfer-Encoding: chunked\r\n\r\n${'6\r\nabcdef\r\n'.repeat(2)}0\r\n\r\n`;
    assert.equal(parse(chunked, 4096, small).outcome, 'http-chunk-limit');
  });

  it('gives the same events for the same bytes in any chunking, and never throws', () => {
    const pieces = [
      OK,
      'Content-Length: 3\r\n',
      'Transfer-Encoding: chunked\r\n',
      '\r\n',
      'abc',
      '3\r\nabc\r\n',
      '0\r\n',
    ];
    const oddities = ['A: b\r\n', 'HTTP/1.1 100 C\r\n\r\n', '\n', '\r', '\0', ':', 'FFFFFFFF\r\n'];
    const piece = fc.constantFrom(...pieces, ...oddities);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (chosen, step) => {
        const wire = chosen.join('');
        assert.deepEqual(parse(wire, step), parse(wire));
      }),
      { numRuns: 1000 },
    );
  });

  it('writes requests that nothing breaks out of', () => {
    const text = Buffer.from(httpGet('127.0.0.1:80', '/fw/a.bin', { range: 'bytes=0-' })).toString();
    assert.equal(
      text,
      'GET /fw/a.bin HTTP/1.1\r\nhost: 127.0.0.1:80\r\nconnection: close\r\nrange: bytes=0-\r\n\r\n',
    );
    assert.throws(() => httpGet('h', '/a b'), UsageError);
    assert.throws(() => httpGet('h', 'a'), UsageError);
    assert.throws(() => httpGet('h\r\nx: y', '/'), UsageError);
    assert.throws(() => httpGet('h', '/', { 'a\r\nb': 'c' }), UsageError);
  });
});

describe('HTTP parser beside node:http', () => {
  /** The bytes our request gets from a node server. */
  async function answer(listener: RequestListener): Promise<Buffer> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write(httpGet(`127.0.0.1:${port}`, '/x'));
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    await new Promise((closed) => server.close(closed));
    return Buffer.concat(chunks);
  }

  const body = Buffer.from(Array.from({ length: 50_000 }, (_, at) => at & 0xff));
  const shapes: [string, RequestListener, Buffer][] = [
    ['with a length', (_, res) => res.setHeader('content-length', body.length).end(body), body],
    ['in one chunk', (_, res) => res.setHeader('transfer-encoding', 'chunked').end(body), body],
    [
      'in many chunks, with a trailer',
      (_, res) => {
        res.writeHead(200, { trailer: 'x-sum' });
        for (let at = 0; at < body.length; at += 7777) res.write(body.subarray(at, at + 7777));
        res.addTrailers({ 'x-sum': '1' });
        res.end();
      },
      body,
    ],
    ['without content', (_, res) => res.writeHead(204).end(), Buffer.alloc(0)],
    ['empty', (_, res) => res.end(), Buffer.alloc(0)],
    [
      'after interim responses',
      (_, res) => (res.writeContinue(), res.writeProcessing(), res.end(body)),
      body,
    ],
    ['with an error status', (_, res) => res.writeHead(503, 'Some words').end('busy'), Buffer.from('busy')],
    [
      'until close',
      (_, res) => (
        (res.useChunkedEncodingByDefault = false),
        res.removeHeader('transfer-encoding'),
        res.write(body),
        res.end()
      ),
      body,
    ],
  ];
  for (const [title, listener, expected] of shapes) {
    it(`reads a response ${title}`, async () => {
      const wire = await answer(listener);
      for (const step of [1, 1460, wire.length]) {
        const seen = parse(wire, step);
        assert.equal(seen.outcome, 'end');
        assert.ok(seen.body.equals(expected));
      }
    });
  }
});
