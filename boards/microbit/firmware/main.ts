import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explain, UsageError } from '#core/errors.ts';
import { buildFirmware } from './build.ts';
import { findToolchain } from './toolchain.ts';

/** `npm run firmware`: builds every variant into `build/`; with `--check` twice, and compares. */

const FOLDER = fileURLToPath(new URL('build/', import.meta.url));

async function main(args: readonly string[]): Promise<void> {
  const check = args.includes('--check');
  if (args.some((arg) => arg !== '--check')) {
    throw new UsageError({
      code: 'firmware-arguments',
      message: 'this is no option of the firmware build',
      expected: 'nothing, or --check',
      got: args.join(' '),
      remedy: 'run: npm run firmware, or npm run firmware -- --check',
    });
  }
  const toolchain = await findToolchain(process.env);
  const started = performance.now();
  const { files } = await buildFirmware(toolchain, FOLDER, (line) => say(line));
  const seconds = Math.round((performance.now() - started) / 1000);
  say(`${Object.keys(files).length} files in ${FOLDER} in ${seconds} s`);
  if (check) await compare(files);
}

async function compare(files: Readonly<Record<string, string>>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-firmware-'));
  try {
    const again = await buildFirmware(
      await findToolchain(process.env),
      join(folder, 'build'),
      () => undefined,
    );
    const names = new Set([...Object.keys(files), ...Object.keys(again.files)]);
    const differing = [...names].filter((name) => files[name] !== again.files[name]);
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
