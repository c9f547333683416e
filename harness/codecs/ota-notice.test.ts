import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { PeerError, UsageError } from '#core/errors.ts';
import { parseFlatJson, readOrError } from '#codecs/flat-json.ts';
import { encodeOtaNotice, parseOtaNotice, type OtaNotice } from '#codecs/ota-notice.ts';

const notice: OtaNotice = {
  url: 'http://127.0.0.1:8080/fw/1.bin',
  size: 131_072,
  version: '1.3.0',
  project: 'assay-esp32',
  sha256: 'ab'.repeat(32),
};

function code(text: string | Uint8Array): string {
  const read = parseOtaNotice(Buffer.from(text));
  return read instanceof PeerError ? read.code : 'none';
}

function change(members: Record<string, unknown>): string {
  return JSON.stringify({ ...notice, ...members });
}

describe('OTA update notice', () => {
  it('reads back what was written', () => {
    assert.deepEqual(parseOtaNotice(encodeOtaNotice(notice)), notice);
    assert.throws(() => encodeOtaNotice({ ...notice, size: 0 }), UsageError);
  });

  it('refuses what does not fit, and says which member', () => {
    const cases: [string, string][] = [
      [change({ size: 0 }), 'notice-size'],
      [change({ size: -1 }), 'notice-size'],
      [change({ size: 1.5 }), 'notice-size'],
      [change({ size: '1' }), 'notice-size'],
      [change({ size: 4294967296 }), 'notice-size'],
      [change({ size: 1 }).replace(':1,', ':1e999,'), 'notice-size'],
      [change({ url: 'ftp://a/b' }), 'notice-url'],
      [change({ url: 'http://user@a/b' }), 'notice-url'],
      [change({ url: 'http://a/b c' }), 'notice-url'],
      [change({ url: `http://a/${'b'.repeat(300)}` }), 'notice-url'],
      [change({ version: 'x'.repeat(32) }), 'notice-version'],
      [change({ project: '\u0000' }), 'notice-project'],
      [change({ sha256: 'AB'.repeat(32) }), 'notice-sha256'],
      [change({ sha256: undefined }), 'notice-sha256'],
      [change({ more: 1 }), 'notice-more'],
      [change({ size: [] }), 'json-depth'],
      [`{"a":${'['.repeat(1000)}`, 'json-depth'],
      ['['.repeat(1000), 'json-syntax'],
      [change({}).replace('{', '{"size":1,'), 'json-duplicate'],
      [change({}).replace('"size"', '"\\u0073ize","size"'), 'json-syntax'],
      [change({}).replace('{', '{"\\u0073ize":1,'), 'json-duplicate'],
      [`${change({})}x`, 'json-syntax'],
      ['', 'json-syntax'],
      [`{"a":"${'b'.repeat(1024)}"}`, 'json-length'],
    ];
    for (const [text, expected] of cases) assert.equal(code(text), expected, text);
    assert.equal(code(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), 'json-utf8');
  });

  it('agrees with JSON.parse on flat objects, and refuses everything else', () => {
    const flat = fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      fc.oneof(
        fc.string(),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
      ),
    );
    fc.assert(
      fc.property(flat, fc.constantFrom(0, 2), (object, blanks) => {
        const text = JSON.stringify(object, null, blanks);
        assert.deepEqual(Object.fromEntries(parseFlatJson(Buffer.from(text), 1 << 20)), JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = readOrError(() => parseFlatJson(Buffer.from(text), 4096));
        if (!(read instanceof PeerError)) assert.deepEqual(Object.fromEntries(read), { ...JSON.parse(text) });
      }),
      { numRuns: 1000 },
    );
  });
});
