import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { PARTITION_APP } from '#codecs/esp-partition.ts';
import { partitionRows } from './layout.ts';
import { PROFILES } from './profile.ts';

const PROJECT = new URL('firmware/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, PROJECT), 'utf8');

describe('boards/esp32-devkitc/firmware, as far as it can be checked without ESP-IDF', () => {
  it('has the partitions of the virtual board without a factory image', () => {
    const rows = read('partitions.csv')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(',').map((field) => field.trim()))
      .map(([label, type, , offset, size]) => [label, type, Number(offset), Number(size)]);
    const profile = PROFILES.find(({ factory, test }) => !factory && !test);
    assert.ok(profile !== undefined);
    const wanted = partitionRows(profile).map(({ label, type, offset, size }) => [
      label,
      type === PARTITION_APP ? 'app' : 'data',
      offset,
      size,
    ]);
    assert.deepEqual(rows, wanted);
  });

  it('every option of its configurations is written as one, and its own are declared', () => {
    const declared = new Set(
      [...read('main/Kconfig.projbuild').matchAll(/config (ASSAY_\w+)/g)].map(([, n]) => n),
    );
    for (const name of readdirSync(PROJECT).filter((file) => file.startsWith('sdkconfig.'))) {
      for (const line of read(name).split('\n')) {
        assert.match(line, /^(#.*|CONFIG_[A-Z0-9_]+=(y|n|\d+|0x[0-9a-f]+|"[^"]*")|)$/, name);
      }
    }
    for (const name of readdirSync(new URL('main/', PROJECT)).filter((file) => file.endsWith('.c'))) {
      for (const [, used] of read(`main/${name}`).matchAll(/CONFIG_(ASSAY_\w+)/g)) {
        assert.ok(declared.has(used ?? ''), `${name} uses ${used}`);
      }
    }
  });

  it('builds every source file that there is', () => {
    const built = read('main/CMakeLists.txt')
      .match(/"\w+\.c"/g)
      ?.map((name) => name.slice(1, -1));
    const there = readdirSync(new URL('main/', PROJECT)).filter((file) => file.endsWith('.c'));
    assert.deepEqual(built?.toSorted(), there.toSorted());
  });
});
