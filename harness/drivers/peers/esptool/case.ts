import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Draw } from '#codecs/peers/draw.ts';
import { ServedLoader } from '#drivers/peers/esptool/served-loader.ts';
import { runTool, type ToolRun } from '#drivers/peers/esptool/tool.ts';
import { ESP32, type ChipModel } from '#virtual/esp-idf/chip-models.ts';
import { ESP_SHAPE } from '#virtual/esp-idf/provision.ts';
import { provisionFuses } from '#virtual/esp-idf/fuses.ts';
import { Storage } from '#virtual/storage.ts';

/** One comparison; gives what differs. */
export type LoaderCase = (random: Draw) => Promise<readonly string[]>;

/** Of the serial ports' usual fast rates. */
export const BAUD = 460_800;
const SECTOR = 0x1000;

/** A flash chip full of what was there before, so that an erase that is left out shows. */
export function usedStorage(random: Draw): Storage {
  const storage = new Storage(ESP_SHAPE);
  storage.write(0, new Uint8Array(ESP_SHAPE.size).fill(0x5a & random.below(256)));
  return storage;
}

/** A chip with Secure Boot on and one key. */
export function lockedStorage(random: Draw, model: ChipModel): { storage: Storage; digest: Uint8Array } {
  const storage = usedStorage(random);
  const digest = random.bytes(32);
  provisionFuses(storage, { keyDigests: [digest], secureVersion: 1 + random.below(8) }, model.keySlots);
  return { storage, digest };
}

/** Content as firmware is: part of it compresses well, part not at all. */
export function someContent(random: Draw, most: number): Uint8Array {
  const bytes = new Uint8Array(16 + random.below(most - 16));
  for (let at = 0; at < bytes.length;) {
    const piece = 1 + random.below(6000);
    if (random.oneIn(2)) bytes.fill(random.below(256), at, at + piece);
    else bytes.set(random.bytes(Math.min(piece, bytes.length - at)), at);
    at += piece;
  }
  return bytes;
}

/** A sector that content of this length fits behind, in the application's part of the flash. */
export function somePlace(random: Draw, length: number): number {
  const first = 0x1_0000 / SECTOR;
  const room = Math.floor((ESP_SHAPE.size - length) / SECTOR) - first;
  return (first + random.below(room)) * SECTOR;
}

/** Serves a chip, runs something with its port, and takes both away again. */
export async function served<T>(
  chip: { readonly model?: ChipModel; readonly storage: Storage },
  work: (served: ServedLoader) => Promise<T>,
): Promise<T> {
  const { model = ESP32, storage } = chip;
  const board = await ServedLoader.open({ model, storage });
  try {
    return await work(board);
  } finally {
    await board.close();
  }
}

/** Runs the vendor's tool on a served chip. */
export function tool(board: ServedLoader, ...args: readonly string[]): Promise<ToolRun> {
  return runTool('esptool', [
    '--port',
    board.path,
    '--baud',
    String(BAUD),
    '--after',
    'no-reset-stub',
    ...args,
  ]);
}

/** A folder for files of one run, gone afterwards. */
export async function withFolder<T>(work: (path: (name: string) => string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-esptool-'));
  try {
    return await work((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The content in a file, for a tool that takes paths. */
export function withContent<T>(content: Uint8Array, work: (path: string) => Promise<T>): Promise<T> {
  return withFolder((path) => {
    writeFileSync(path('content.bin'), content);
    return work(path('content.bin'));
  });
}

/** What the tool complains of, shortened; nothing where it was content. */
export function complaint({ ok, text }: ToolRun): readonly string[] {
  if (ok) return [];
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.trim());
  return [`esptool: ${lines.filter(Boolean).slice(-2).join(' / ').slice(0, 300)}`];
}

/** One difference where the two are not the same. */
export function same(what: string, found: unknown, wanted: unknown): readonly string[] {
  return found === wanted ? [] : [`${what}: ${String(found)}, not ${String(wanted)}`];
}

/** Whether flash holds the content, padded with erased bytes to whole words. */
export function holds(storage: Storage, address: number, content: Uint8Array): boolean {
  return Buffer.compare(storage.bytes.subarray(address, address + content.length), content) === 0;
}
