import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import { DFU_KINDS, type DfuManifest, encodeManifest, parseManifest } from '#codecs/dfu-manifest.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
/** The shape nrfutil writes: four spaces, keys in order. */
const PLAIN = `{
    "manifest": {
        "application": {
            "bin_file": "lamp.bin",
            "dat_file": "lamp.dat"
        }
    }
}`;
const COMBINED: DfuManifest = {
  entries: [
    {
      kind: 'softdevice_bootloader',
      binFile: 'sd_bl.bin',
      datFile: 'sd_bl.dat',
      sizes: { blSize: 24, sdSize: 152 },
    },
    { kind: 'application', binFile: 'äpp.bin', datFile: 'app.dat' },
  ],
  dfuVersion: 0.5,
};

function parsed(bytes: Uint8Array): DfuManifest {
  const manifest = parseManifest(bytes);
  if (isDfuDefect(manifest)) assert.fail(JSON.stringify(manifest));
  return manifest;
}

describe('DFU manifest', () => {
  it('reads and writes one image', () => {
    const manifest = parsed(bytesOf(PLAIN));
    assert.deepEqual(manifest, {
      entries: [{ kind: 'application', binFile: 'lamp.bin', datFile: 'lamp.dat' }],
    });
    assert.equal(new TextDecoder().decode(encodeManifest(manifest)), PLAIN);
  });

  it('keeps sizes and version, and lists images in the order of installing', () => {
    assert.deepEqual(parsed(encodeManifest(COMBINED)), COMBINED);
    const text = new TextDecoder().decode(encodeManifest(COMBINED));
    const names = [...text.matchAll(/^ {8}"(\w+)"/gm)].map((match) => match[1]);
    assert.deepEqual(names, ['application', 'dfu_version', 'softdevice_bootloader']);
    assert.match(text, /"\\u00e4pp\.bin"/);
  });

  const entry = '{"bin_file":"a.bin","dat_file":"a.dat"}';
  const broken: readonly (readonly [text: string, defect: string])[] = [
    ['', 'manifest-json'],
    ['[]', 'manifest-json'],
    ['{"manifest":[]}', 'manifest-json'],
    [`{"manifest":${'{"a":'.repeat(9000)}`, 'manifest-json'],
    [`{"manifest":{"application":${entry},"application":${entry}}}`, 'manifest-json'],
    [`{"manifest":{"application":${entry}}}${' '.repeat(20_000)}`, 'manifest-json'],
    ['{}', 'manifest-value'],
    ['{"manifest":{}}', 'manifest-member'],
    [`{"manifest":{"firmware":${entry}}}`, 'manifest-member'],
    [`{"manifest":{"application":${entry}},"x":1}`, 'manifest-member'],
    ['{"manifest":{"application":"a.bin"}}', 'manifest-value'],
    [`{"manifest":{"application":${entry},"dfu_version":"1"}}`, 'manifest-value'],
    ['{"manifest":{"application":{"bin_file":"a.bin"}}}', 'manifest-name'],
    ['{"manifest":{"application":{"bin_file":"../a.bin","dat_file":"a.dat"}}}', 'manifest-name'],
    ['{"manifest":{"application":{"bin_file":"/a.bin","dat_file":"a.dat"}}}', 'manifest-name'],
    ['{"manifest":{"application":{"bin_file":"a","dat_file":"b","init_packet_data":{}}}}', 'manifest-legacy'],
    [
      '{"manifest":{"softdevice_bootloader":{"bin_file":"a","dat_file":"b","info_read_only_metadata":{"bl_size":-1,"sd_size":1}}}}',
      'manifest-value',
    ],
  ];
  for (const [text, defect] of broken) {
    it(`refuses ${text.slice(0, 90)}: ${defect}`, () => {
      const found = parseManifest(bytesOf(text));
      assert.ok(isDfuDefect(found));
      assert.equal(found.defect, defect);
    });
  }

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytesOf)), (bytes) => {
        const manifest = parseManifest(bytes);
        if (!isDfuDefect(manifest)) assert.deepEqual(parsed(encodeManifest(manifest)), manifest);
      }),
    );
  });

  it('gives back every manifest', () => {
    const name = fc
      .string({ minLength: 1, maxLength: 20 })
      .map((text) => `x${text.replaceAll(/[^\w äß-]/g, '_')}x`);
    const u32 = fc.integer({ min: 0, max: 0xffffffff });
    const images = fc
      .uniqueArray(
        fc.record(
          {
            kind: fc.constantFrom(...DFU_KINDS),
            binFile: name,
            datFile: name,
            sizes: fc.record({ blSize: u32, sdSize: u32 }, { noNullPrototype: true }),
          },
          { requiredKeys: ['kind', 'binFile', 'datFile'], noNullPrototype: true },
        ),
        { minLength: 1, selector: ({ kind }) => kind },
      )
      .map((entries) => entries.toSorted((a, b) => DFU_KINDS.indexOf(a.kind) - DFU_KINDS.indexOf(b.kind)));
    fc.assert(
      fc.property(images, (entries) => {
        assert.deepEqual(parsed(encodeManifest({ entries })), { entries });
      }),
    );
  });
});
