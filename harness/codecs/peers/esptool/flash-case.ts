import { ESP_CHIPS } from '#codecs/esp-chip.ts';
import { parseEspFlash } from '#codecs/esp-flash-dump.ts';
import { encodeEspImage } from '#codecs/esp-image.ts';
import { encodeOtaEntry, OTA_ENTRY_LENGTH, OTA_STATE, otaEntry } from '#codecs/esp-otadata.ts';
import { encodePartitionTable, parsePartitionTable, type PartitionRow } from '#codecs/esp-partition.ts';
import { same, sameBytes, verdict, type CaseWorld } from '#codecs/peers/esptool/case.ts';
import { randomImage } from '#codecs/peers/esptool/make.ts';
import { base64, fromBase64 } from '#codecs/peers/esptool/process.ts';
import type { Draw } from '#codecs/peers/draw.ts';

const TABLE_AT = 0x8000;
const OTADATA_AT = 0xd000;
const APP_AT = 0x10000;

/** Partition tables and otadata: the same bytes from both, each read by the other. Damaged: both refuse. */
export async function tableCase({ random, tools }: CaseWorld): Promise<readonly string[]> {
  const rows = randomRows(random, random.below(93));
  const md5 = random.chance(80);
  const ours = encodePartitionTable({ rows, md5 });
  const theirs = fromBase64((await tools.ask('table', { rows, md5 })).table);
  const read = await tools.ask('rows', { table: base64(ours) });
  const entry = otaEntry(random.below(0xffffffff), random.pick(Object.values(OTA_STATE)));
  const bytes = encodeOtaEntry(entry);
  // Their reader takes any CRC for right (esp-idf-defs 0.1.7), so only a blank entry is one it refuses.
  const blank = base64(new Uint8Array(OTA_ENTRY_LENGTH).fill(0xff));
  const { entries } = await tools.ask('ota', { entries: [base64(bytes), blank] });
  const at = random.below(32);
  const bit = 1 << random.below(8);
  const broken = ours.map((byte, i) => (i === at ? byte ^ bit : byte));
  return [
    ...sameBytes('partition table', ours, theirs),
    ...same('rows they read', rows, read.rows),
    ...same('rows we read', parsePartitionTable(theirs), { rows, md5 }),
    ...(md5 && rows.length > 0
      ? verdict('a damaged table', false, await tools.ask('rows', { table: base64(broken) }))
      : []),
    ...same('otadata', entries, [{ seq: entry.seq, state: entry.state, bytes: base64(bytes) }, null]),
  ];
}

/** Their merged flash: we find table, boot loader, otadata and application where they put them. */
export async function mergeCase({ random, tools, chips }: CaseWorld): Promise<readonly string[]> {
  const chip = random.pick(ESP_CHIPS);
  const theirs = chips[chip.name];
  if (theirs === undefined) return [`esptool does not know ${chip.name}`];
  const [bootloader, app] = [0, 1].map(() => encodeEspImage(randomImage(random, chip, theirs)));
  if (bootloader === undefined || app === undefined) return ['no images'];
  const rows: readonly PartitionRow[] = [
    row(1, 0, OTADATA_AT, 0x2000, 'otadata'),
    row(0, 0x10, APP_AT, 0x100000, 'ota_0'),
    row(0, 0x11, APP_AT + 0x100000, 0x100000, 'ota_1'),
  ];
  const seq = 1 + random.below(1001);
  const parts = [
    { offset: chip.bootloaderOffset, data: base64(bootloader) },
    { offset: TABLE_AT, data: base64(encodePartitionTable({ rows, md5: true })) },
    { offset: OTADATA_AT, data: base64(encodeOtaEntry(otaEntry(seq, OTA_STATE.valid))) },
    { offset: APP_AT, data: base64(app) },
  ];
  const merged = await tools.ask('merge', { chip: chip.name, parts });
  if (!merged.ok) return [`merge-bin: ${merged.error ?? ''}`];
  const flash = parseEspFlash(fromBase64(merged.image));
  const slot = flash.partitions[1]?.bytes ?? new Uint8Array();
  return [
    ...same('rows', flash.table.rows, rows),
    ...same('otadata', [flash.otadata?.active, flash.otadata?.slot], [0, (seq - 1) % 2]),
    ...same(
      'boot loader',
      [flash.bootloader?.offset, flash.bootloader?.chip.name],
      [chip.bootloaderOffset, chip.name],
    ),
    ...sameBytes(
      'boot loader',
      flash.bootloader?.bytes.subarray(0, bootloader.length) ?? new Uint8Array(),
      bootloader,
    ),
    ...sameBytes('application', slot.subarray(0, app.length), app),
  ];
}

function randomRows(random: Draw, count: number): readonly PartitionRow[] {
  return Array.from({ length: count }, (_, i) => ({
    ...row(
      random.pick([0, 1, 2, 3, 0x40, 0xfe]),
      random.below(0x100),
      random.below(0x10000) * 0x1000,
      random.below(0x10000) * 0x100,
      '',
    ),
    label: `${random.word(14)}${i}`.slice(0, 16),
    flags: random.below(4),
  }));
}

function row(type: number, subtype: number, offset: number, size: number, label: string): PartitionRow {
  return { type, subtype, offset, size, label, flags: 0 };
}
