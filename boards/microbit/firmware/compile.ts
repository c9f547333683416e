import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BenchError } from '#core/errors.ts';
import type { FirmwareChip } from './chips.ts';
import { configSource, keySource, memorySource } from './config-zig.ts';
import { elfBytes } from './elf-bytes.ts';
import type { FlawedPart } from './flaws.ts';
import type { Toolchain } from './toolchain.ts';

const run = promisify(execFile);

const SOURCES = fileURLToPath(new URL('src/', import.meta.url));
const MINUTES = 60_000;

/** What one call of the compiler works with. */
export interface Workshop {
  readonly toolchain: Toolchain;
  /** Everything that is made goes here. */
  readonly folder: string;
}

/** Compiles the signature check, which every boot loader of a chip's processor is linked with; gives the object file. */
export async function compileCrypto(workshop: Workshop, { processor }: FirmwareChip): Promise<string> {
  const folder = join(workshop.folder, 'work');
  await mkdir(folder, { recursive: true });
  const [key, object] = [join(folder, `key-${processor}.zig`), join(folder, `crypto-${processor}.o`)];
  await writeFile(key, keySource());
  const root = ['--dep', 'key', `-Mroot=${SOURCES}crypto.zig`, `-Mkey=${key}`];
  await zig(workshop, ['build-obj', ...flagsFor(processor), ...root, `-femit-bin=${object}`]);
  return object;
}

/** One program of one variant: as bytes from its start in flash. */
export interface Program {
  readonly chip: FirmwareChip;
  readonly part: FlawedPart;
  /** The mistake that is compiled in; '' for none. */
  readonly flaw: string;
}

/** Compiles boot loader or application. BenchError with the compiler's words when it will not, or does not fit. */
export async function compileProgram(
  workshop: Workshop,
  { chip, part, flaw }: Program,
  crypto: string,
): Promise<Uint8Array> {
  const folder = join(workshop.folder, 'work', chip.id, part, variantName(flaw));
  await mkdir(folder, { recursive: true });
  const [config, script, elf] = ['config.zig', 'link.ld', 'program.elf'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const sections = await readFile(join(SOURCES, 'sections.ld'), 'utf8');
  await writeFile(config, configSource(chip, flaw));
  await writeFile(script, memorySource(chip, part) + sections);
  const root = ['--dep', 'config', `-Mroot=${SOURCES}${part}.zig`, `-Mconfig=${config}`];
  const objects = part === 'boot' ? [crypto] : [];
  const linking = ['-fno-entry', '--script', script, `-femit-bin=${elf}`];
  await zig(workshop, ['build-exe', ...flagsFor(chip.processor), ...root, ...objects, ...linking]);
  return elfBytes(await readFile(elf));
}

/** A variant's name in paths: the id of its flaw without the slash. */
export function variantName(flaw: string): string {
  return flaw === '' ? 'sound' : flaw.replace('/', '-');
}

function flagsFor(processor: string): readonly string[] {
  const size = ['-O', 'ReleaseSmall', '-fstrip', '-fsingle-threaded', '-fno-unwind-tables'];
  return ['-target', 'thumb-freestanding-eabi', '-mcpu', processor, ...size];
}

async function zig({ toolchain, folder }: Workshop, args: readonly string[]): Promise<void> {
  const cache = ['--cache-dir', join(folder, 'cache'), '--global-cache-dir', join(folder, 'cache')];
  const all = [...toolchain.prefix, ...args, ...cache];
  try {
    await run(toolchain.program, all, { timeout: 5 * MINUTES });
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new BenchError({
      code: 'firmware-compile',
      message: 'the reference firmware does not compile',
      got: words.slice(0, 2000),
      remedy: words.includes('will not fit')
        ? ROOM
        : 'undo the change to boards/microbit/firmware/src that broke it',
      cause: error,
    });
  }
}

const ROOM = 'give the program more room in boards/microbit/firmware/chips.ts, or make it smaller';
