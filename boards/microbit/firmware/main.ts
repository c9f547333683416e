import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { explain, UsageError } from '#core/errors.ts';
import { type BuildOrder, type BuiltFirmware, buildFirmware } from './build.ts';
import { type FirmwareChip, firmwareChips } from './chips.ts';
import { findToolchain } from './toolchain.ts';

/** `npm run firmware`: builds every variant into `build/`; with `--check` twice, and compares. */

const FOLDER = fileURLToPath(new URL('build/', import.meta.url));
const IDS = firmwareChips.map(({ id }) => id).join(', ');

async function main(args: readonly string[]): Promise<void> {
  const { check, chips } = wanted(args);
  const order = { toolchain: await findToolchain(process.env), folder: FOLDER, chips };
  const files = await built(order);
  if (check) await compare(order, files);
}

/** Builds, says how far it is with each program, and gives what was made. */
async function built(order: Omit<BuildOrder, 'onProgram'>): Promise<BuiltFirmware['files']> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const { files } = await buildFirmware({
    ...order,
    onProgram: (name, bytes, done, total) => {
      const left = Math.ceil((seconds() / done) * (total - done));
      say(`${done}/${total} ${name}: ${bytes} bytes, ETA ${left} s`);
    },
  });
  say(`${Object.keys(files).length} files in ${order.folder} in ${Math.round(seconds())} s`);
  return files;
}

interface Wanted {
  readonly check: boolean;
  readonly chips: readonly FirmwareChip[];
}

function wanted(args: readonly string[]): Wanted {
  const { check, chip } = optionsIn(args);
  const chips = firmwareChips.filter(({ id }) => chip === undefined || id === chip);
  if (chips.length > 0) return { check, chips };
  throw misused(`--chip with one of ${IDS}`, chip ?? '');
}

function optionsIn(args: readonly string[]): { check: boolean; chip: string | undefined } {
  try {
    const options = { check: { type: 'boolean' }, chip: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    return { check: values.check ?? false, chip: values.chip };
  } catch {
    throw misused('--check, --chip ID, or nothing', args.join(' '));
  }
}

function misused(expected: string, got: string): UsageError {
  return new UsageError({
    code: 'firmware-arguments',
    message: 'the firmware cannot be built so',
    expected,
    got,
    remedy: 'run: npm run firmware, or npm run firmware -- --check',
  });
}

async function compare(order: Omit<BuildOrder, 'onProgram'>, files: BuiltFirmware['files']): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-firmware-'));
  try {
    const again = await built({ ...order, folder: join(folder, 'build') });
    const names = new Set([...Object.keys(files), ...Object.keys(again)]);
    const differing = [...names].filter((name) => files[name] !== again[name]);
    for (const name of differing) complain(`differs: ${name}`);
    say(`${names.size} compared, ${differing.length} differ`);
    if (differing.length > 0) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  complain(explain(error));
  process.exitCode = 1;
});
