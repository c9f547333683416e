import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PduTable } from '#codecs/ble/pdu.ts';
import { isName } from '#drivers/peers/ble/field-names.ts';
import { SAMPLED_TABLES, samplePdus } from '#drivers/peers/ble/sample-pdus.ts';
import { TOO_YOUNG } from '#drivers/peers/ble/too-young.ts';

const CODECS = fileURLToPath(new URL('../../../codecs/ble/', import.meta.url));

/** A table of PDUs is told by its entries: a number, a title, a layout. */
function isTable(value: unknown): value is PduTable {
  if (typeof value !== 'object' || value === null) return false;
  const entries: readonly unknown[] = Object.values(value);
  const isKind = (entry: unknown) =>
    typeof entry === 'object' && entry !== null && 'code' in entry && 'title' in entry && 'layout' in entry;
  return entries.length > 0 && entries.every(isKind);
}

describe('samples of PDUs for other decoders', () => {
  it('are there for every table of PDUs that can be encoded', async () => {
    const modules = readdirSync(CODECS).filter(
      (name) => name.endsWith('.ts') && !/\.(test|fixture)\./.test(name),
    );
    // By what is in them: a test may load a module a second time.
    const keysOf = (table: PduTable) => Object.keys(table).join(' ');
    const found: string[] = [];
    for (const name of modules) {
      const module = (await import(`#codecs/ble/${name}`)) as Readonly<Record<string, unknown>>;
      found.push(...Object.values(module).filter(isTable).map(keysOf));
    }
    assert.deepEqual(found.toSorted(), SAMPLED_TABLES.map(keysOf).toSorted());
  });

  it('name each PDU once, and those that are too young for tshark are among them', () => {
    const names = samplePdus(1).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const name of TOO_YOUNG.keys()) assert.ok(names.includes(name), name);
  });

  it('are decided by the seed', () => {
    assert.deepEqual(samplePdus(3), samplePdus(3));
    assert.notDeepEqual(samplePdus(3), samplePdus(4));
  });
});

describe('names of fields', () => {
  it('agree by a word, or by what a dissector is known to say', () => {
    assert.ok(isName('scanInterval', 'bthci_cmd.le_scan_interval'));
    assert.ok(isName('diversifier', 'btsmp.ediv'));
    assert.ok(!isName('scanWindow', 'bthci_cmd.le_con_latency'));
    assert.ok(!isName('mtu', 'mps'));
  });
});
