import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAssayError } from '#core/errors.ts';
import { parseFlasherArgs } from '#codecs/esp-flasher-args.ts';
import { realFile } from '#codecs/esp-firmware.fixture.ts';

const WORDS = { mode: 'dio', size: '2MB', before: 'default-reset', after: 'hard-reset', stub: true } as const;

function bytesOf(value: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
}

function withFiles(files: Readonly<Record<string, unknown>>, more: object = {}): Uint8Array {
  return bytesOf({ flash_files: files, extra_esptool_args: { chip: 'esp32' }, ...more });
}

/** As a build with esptool 5 writes it. */
const HYPHENS = {
  'write-flash-args': ['--flash-mode', 'dio', '--flash-size', '2MB', '--flash-freq', '80m'],
  'flash-settings': { 'flash-mode': 'dio', 'flash-size': '2MB', 'flash-freq': '80m' },
  'flash-files': { '0x10000': 'app.bin', '0xd000': 'ota_data_initial.bin' },
  otadata: { offset: '0xd000', file: 'ota_data_initial.bin', encrypted: 'true' },
  bootloader: { offset: '0x1000', file: 'bootloader/bootloader.bin', encrypted: 'false' },
  'extra-esptool-args': { after: 'hard-reset', before: 'default-reset', stub: true, chip: 'esp32s3' },
};

describe('flasher_args.json', () => {
  it('lists the files of real builds by offset, with their roles', function () {
    const chips = {
      'esp32-hello-world': ['esp32', 0x1000, '40m'],
      'esp32c3-hello-world': ['esp32c3', 0, '80m'],
    } as const;
    for (const build of ['esp32-hello-world', 'esp32c3-hello-world'] as const) {
      const [chip, bootloader, frequency] = chips[build];
      const plain = { encrypted: false };
      assert.deepEqual(parseFlasherArgs(realFile(this, build, 'flasher_args.json')), {
        ...WORDS,
        chip,
        frequency,
        files: [
          { offset: bootloader, file: 'bootloader/bootloader.bin', role: 'bootloader', ...plain },
          { offset: 0x8000, file: 'partition_table/partition-table.bin', role: 'partition-table', ...plain },
          { offset: 0x10000, file: 'hello_world.bin', role: 'app', ...plain },
        ],
      });
    }
  });

  it('reads the spelling of esptool 5, encrypted files, and leaves out what is not flashed', () => {
    assert.deepEqual(parseFlasherArgs(bytesOf(HYPHENS)), {
      ...WORDS,
      chip: 'esp32s3',
      frequency: '80m',
      files: [
        { offset: 0xd000, file: 'ota_data_initial.bin', role: 'otadata', encrypted: true },
        { offset: 0x10000, file: 'app.bin', role: null, encrypted: false },
      ],
    });
  });

  const paths = [
    '../secret.bin',
    'a/../../b.bin',
    '/etc/passwd',
    'C:\\boot.bin',
    'c:boot.bin',
    '..\\b.bin',
    'a//b.bin',
    './a.bin',
    'a/.. /b.bin',
    'a\0.bin',
    'a\u202e.bin',
    '..',
    '',
    'a/',
    '~\n',
    'x'.repeat(513),
    7,
    null,
    ['a.bin'],
  ];
  for (const path of paths) {
    it(`refuses the file name ${(JSON.stringify(path) ?? '').slice(0, 24)}`, () => {
      assert.throws(
        () => parseFlasherArgs(withFiles({ '0x0': path })),
        (error: unknown) =>
          isAssayError(error) && error.code === 'esp-flasher-args' && (error.got?.length ?? 0) <= 80,
      );
    });
  }

  const wrong: readonly { readonly what: string; readonly bytes: Uint8Array }[] = [
    { what: 'no JSON', bytes: bytesOf('{') },
    { what: 'no UTF-8', bytes: Uint8Array.of(0x22, 0xff, 0x22) },
    { what: 'a list', bytes: bytesOf([]) },
    { what: 'no files', bytes: withFiles({}) },
    {
      what: 'too many files',
      bytes: withFiles(Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`0x${i}`, 'a.bin']))),
    },
    { what: 'a decimal offset', bytes: withFiles({ '4096': 'a.bin' }) },
    { what: 'an offset of 33 bits', bytes: withFiles({ '0x100000000': 'a.bin' }) },
    { what: 'one offset twice', bytes: withFiles({ '0x10': 'a.bin', '0x010': 'b.bin' }) },
    { what: 'no chip', bytes: bytesOf({ flash_files: { '0x0': 'a.bin' } }) },
    {
      what: 'a chip that is no word',
      bytes: bytesOf({ flash_files: { '0x0': 'a.bin' }, extra_esptool_args: { chip: 'a b' } }),
    },
    {
      what: 'a number for a setting',
      bytes: withFiles({ '0x0': 'a.bin' }, { flash_settings: { flash_mode: 2 } }),
    },
    { what: 'more than 64 KiB', bytes: bytesOf(' '.repeat(0x10001)) },
    { what: 'depth', bytes: bytesOf('['.repeat(0xfff0)) },
  ];
  for (const { what, bytes } of wrong) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parseFlasherArgs(bytes), { name: 'UsageError', code: 'esp-flasher-args' });
    });
  }

  it('is not led astray by names from the prototype', () => {
    const bytes = bytesOf(
      '{"__proto__":{"chip":"esp32"},"flash_files":{"0x0":"a.bin"},"extra_esptool_args":{"chip":"esp32"}}',
    );
    assert.deepEqual(parseFlasherArgs(bytes).files.length, 1);
    assert.throws(() => parseFlasherArgs(withFiles({ __proto__: 'a.bin', constructor: 'b.bin' })));
  });

  it('answers any JSON and any bytes with a layout or its own error', () => {
    const hostile = fc.oneof(
      fc.json().map(bytesOf),
      fc.uint8Array({ maxLength: 200 }),
      fc.dictionary(fc.string(), fc.jsonValue()).map((files) => withFiles(files)),
      fc
        .record({ flash_files: fc.jsonValue(), extra_esptool_args: fc.jsonValue(), app: fc.jsonValue() })
        .map(bytesOf),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        try {
          for (const { file } of parseFlasherArgs(bytes).files) assert.ok(!file.split('/').includes('..'));
        } catch (error) {
          assert.ok(isAssayError(error) && error.code === 'esp-flasher-args', String(error));
        }
      }),
      { numRuns: 300 },
    );
  });
});
