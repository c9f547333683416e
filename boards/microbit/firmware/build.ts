import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { FirmwareChip } from './chips.ts';
import { compileCrypto, compileProgram, type Program, variantName, type Workshop } from './compile.ts';
import { firmwareFlaws } from './flaws.ts';
import { buildFirmwareImage, demandRoom } from './images.ts';
import { type Toolchain, ZIG_VERSION } from './toolchain.ts';

/** What a build made: files below its folder, with the hash of each. */
export interface BuiltFirmware {
  readonly compiler: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Versions that the sound application is signed as, for use by hand. */
const SIGNED = ['1.2.0+0', '1.3.0+0'] as const;

/** What to build, with what, and where. */
export interface BuildOrder {
  readonly toolchain: Toolchain;
  /** Everything that is made goes here, over what was there. */
  readonly folder: string;
  readonly chips: readonly FirmwareChip[];
  /** Told of each program when it is there, and of how many there are. */
  readonly onProgram: (name: string, bytes: number, done: number, total: number) => void;
}

/** Builds every variant for the chips, and the list of what was made. */
export async function buildFirmware(order: BuildOrder): Promise<BuiltFirmware> {
  const { toolchain, folder, chips, onProgram } = order;
  await mkdir(folder, { recursive: true });
  const workshop: Workshop = { toolchain, folder };
  const objects = await cryptoObjects(workshop, chips);
  const files: Record<string, string> = {};
  const keep = async (name: string, bytes: Uint8Array) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
    files[name] = createHash('sha256').update(bytes).digest('hex');
  };
  const programs = programsOf(chips);
  let done = 0;
  await each(programs, async (program) => {
    const bytes = await compileProgram(workshop, program, objects.get(program.chip.processor) ?? '');
    await keep(fileOf(program), bytes);
    if (program.part === 'app' && program.flaw === '') await sign(program.chip, bytes, keep);
    onProgram(fileOf(program), bytes.length, ++done, programs.length);
  });
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  const built: BuiltFirmware = { compiler: `zig ${ZIG_VERSION}`, files: sorted };
  await writeFile(join(folder, 'built.json'), `${JSON.stringify(built, null, 2)}\n`);
  return built;
}

/** Where below the build's folder a program lies. */
export function fileOf({ chip, part, flaw }: Program): string {
  return `${chip.id}/${part}/${variantName(flaw)}.bin`;
}

async function cryptoObjects(
  workshop: Workshop,
  chips: readonly FirmwareChip[],
): Promise<ReadonlyMap<string, string>> {
  const objects = new Map<string, string>();
  const byProcessor = new Map(chips.map((chip) => [chip.processor, chip]));
  await each([...byProcessor.values()], async (chip) => {
    objects.set(chip.processor, await compileCrypto(workshop, chip));
  });
  return objects;
}

function programsOf(chips: readonly FirmwareChip[]): readonly Program[] {
  return chips.flatMap((chip) => [
    { chip, part: 'boot' as const, flaw: '' },
    { chip, part: 'app' as const, flaw: '' },
    ...firmwareFlaws.map(({ part, flaw }) => ({ chip, part, flaw: flaw.id })),
  ]);
}

async function sign(
  chip: FirmwareChip,
  code: Uint8Array,
  keep: (name: string, bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  for (const version of SIGNED) {
    const image = buildFirmwareImage(chip, code, { version });
    demandRoom(chip, image);
    await keep(`${chip.id}/signed/app-${version.split('+')[0]}.bin`, image.bytes);
  }
}

/** As many at a time as there are processors. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const hand = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, hand));
}
