import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deflateSync, zipSync } from 'fflate';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import { readZip, writeZip, ZIP_TOTAL_LIMIT, type ZipFile } from '#codecs/dfu-zip.ts';
import { zipOf, type ZipMember } from '#codecs/dfu-zip.fixture.ts';

const text = (content: string) => new TextEncoder().encode(content);

function read(bytes: Uint8Array): readonly ZipFile[] {
  const files = readZip(bytes);
  if (isDfuDefect(files)) assert.fail(JSON.stringify(files));
  return files;
}

function refusal(bytes: Uint8Array): string {
  const found = readZip(bytes);
  assert.ok(isDfuDefect(found), 'refused');
  return found.defect;
}

describe('DFU zip', () => {
  it('reads stored and deflated files of another writer', () => {
    const made = zipSync({
      'a.txt': [text('stored'), { level: 0 }],
      'b/ä.txt': [text('x'.repeat(400)), { level: 9 }],
    });
    assert.deepEqual(read(made), [
      { name: 'a.txt', bytes: text('stored') },
      { name: 'b/ä.txt', bytes: text('x'.repeat(400)) },
    ]);
  });

  it('reads sizes that come behind the data', () => {
    const made = zipOf([
      { name: 'a', content: text('late'), flags: 8, local: { crc: 0, packed: 0, size: 0 } },
    ]);
    assert.deepEqual(read(made), [{ name: 'a', bytes: text('late') }]);
  });

  it('writes the same archive for the same files, and reads it back', () => {
    const files = [
      { name: 'manifest.json', bytes: text('{}') },
      { name: 'app.bin', bytes: new Uint8Array(5000).fill(7) },
      { name: 'empty.dat', bytes: new Uint8Array() },
    ];
    assert.deepEqual(read(writeZip(files)), files);
    assert.deepEqual(writeZip(files), writeZip(files));
  });

  const packed = deflateSync(new Uint8Array(1 << 20), { level: 9 });
  const one = (member: Partial<ZipMember>) => zipOf([{ name: 'a', content: text('abc'), ...member }]);
  const named = (name: string) => zipOf([{ name, content: text('abc') }]);
  const broken: readonly (readonly [why: string, bytes: Uint8Array, defect: string])[] = [
    ['nothing', new Uint8Array(), 'zip-end'],
    ['no archive', new Uint8Array(100), 'zip-end'],
    ['bytes after the end', new Uint8Array([...named('a'), 0]), 'zip-end'],
    ['a bomb by its declared size', one({ method: 8, content: packed, size: 1 << 20 }), 'zip-bomb'],
    ['a bomb that declares 4 GiB', one({ method: 8, content: packed, size: 0xffffffff }), 'zip-bomb'],
    ['a bomb that hides its size', one({ method: 8, content: packed, size: 4000 }), 'zip-size'],
    [
      'a file that declares more than it has',
      one({ method: 8, content: deflateSync(text('abc')), size: 4 }),
      'zip-size',
    ],
    [
      'a file that declares less than it has',
      one({ method: 8, content: deflateSync(text('abc')), size: 2 }),
      'zip-size',
    ],
    ['stored data of another size', one({ size: 4 }), 'zip-size'],
    ['a wrong CRC', one({ crc: 1 }), 'zip-crc'],
    [
      'data that does not inflate',
      one({ method: 8, content: Uint8Array.of(7, 7, 7), size: 9 }),
      'zip-deflate',
    ],
    ['encryption', one({ flags: 1 }), 'zip-flags'],
    ['LZMA', one({ method: 14 }), 'zip-method'],
    [
      'two names that are one',
      zipOf([
        { name: 'a', content: text('1') },
        { name: 'A', content: text('2') },
      ]),
      'zip-duplicate',
    ],
    ['another name before the data', one({ local: { name: 'b' } }), 'zip-local'],
    ['another method before the data', one({ local: { method: 8 } }), 'zip-local'],
    ['another size before the data', one({ local: { size: 5 } }), 'zip-local'],
    [
      'two entries that share data',
      zipOf([
        { name: 'a', content: text('1') },
        { name: 'a', content: text('1'), at: 0 },
      ]),
      'zip-duplicate',
    ],
    [
      'overlapping files',
      zipOf([
        { name: 'aa', content: named('b') },
        { name: 'b', content: text('abc'), at: 32 },
      ]),
      'zip-overlap',
    ],
    ['data past the directory', one({ packed: 200, size: 200 }), 'zip-size'],
    ['a local header past the end', one({ at: 0xfffffff0 }), 'zip-local'],
    [
      'too many files',
      zipOf(Array.from({ length: 33 }, (_, i) => ({ name: `f${i}`, content: text('') }))),
      'zip-entries',
    ],
    ['a name in a code page', one({ rawName: Uint8Array.of(0x84) }), 'zip-name'],
    ['a name that is not UTF-8', one({ rawName: Uint8Array.of(0xff), flags: 0x800 }), 'zip-name'],
  ];
  for (const [why, bytes, defect] of broken) {
    it(`refuses ${why}: ${defect}`, () => assert.equal(refusal(bytes), defect));
  }

  it('refuses several large files, each of a fair ratio', () => {
    const member = { content: new Uint8Array(200_000), method: 0, packed: 200_000 };
    const many = Array.from({ length: 30 }, (_, i) => ({
      ...member,
      name: `f${i}`,
      method: 8,
      size: 19_000_000,
    }));
    assert.ok(30 * 19_000_000 > ZIP_TOTAL_LIMIT);
    assert.equal(refusal(zipOf(many)), 'zip-bomb');
  });

  it('refuses names that could leave a folder or deceive', () => {
    const names = [
      '../a',
      'a/../b',
      '/a',
      '\\a',
      'a\\..\\b',
      'C:a',
      'C:/a',
      '',
      '.',
      './a',
      'a//b',
      'a/',
      'a\0b',
      'a\nb',
      'a. ',
      'a\u202Ecba',
      'x'.repeat(256),
    ];
    for (const name of names) {
      assert.equal(
        refusal(zipOf([{ name, content: text('abc'), flags: 0x800 }])),
        'zip-name',
        JSON.stringify(name),
      );
    }
    for (const name of ['a', 'a.bin', 'b/a.bin', '..a', 'a..b', 'ä']) {
      assert.equal(read(zipOf([{ name, content: text('abc'), flags: 0x800 }])).length, 1, name);
    }
  });

  it('takes any bytes, and gives back the files of what it reads', () => {
    const sound = zipSync({
      'a.txt': [text('stored'), { level: 0 }],
      'b.txt': [text('x'.repeat(300)), { level: 9 }],
    });
    const mutated = fc
      .array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 2 })
      .map((edits) => {
        const copy = sound.slice();
        for (const [at, byte] of edits) copy[at] = byte;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (bytes) => {
        const files = readZip(bytes);
        if (!isDfuDefect(files)) assert.deepEqual(read(writeZip(files)), files);
      }),
      { numRuns: 500 },
    );
    for (let length = 0; length < sound.length; length++)
      assert.ok(isDfuDefect(readZip(sound.slice(0, length))));
  });
});
