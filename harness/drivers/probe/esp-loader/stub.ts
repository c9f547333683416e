import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { BenchError } from '#core/errors.ts';
import { type EspStub, parseEspStub } from '#codecs/esp-stub.ts';

/** Where the vendor's JavaScript client keeps its stubs. */
const PACKAGE = 'esptool-js/lib/targets/stub_flasher/';

/** A flasher stub: from a file of the bench's own, or by the chip's name from the vendor's package. */
export async function loadStub(chip: string, file?: string): Promise<EspStub> {
  const path = file ?? packaged(chip);
  try {
    const stub = parseEspStub(await readFile(path, 'utf8'));
    if (stub !== null) return stub;
    throw new Error('it is no flasher stub');
  } catch (cause) {
    throw noStub(chip, path, cause);
  }
}

function packaged(chip: string): string {
  try {
    return createRequire(import.meta.url).resolve(`${PACKAGE}${chip}.json`);
  } catch (cause) {
    throw noStub(chip, `${PACKAGE}${chip}.json`, cause);
  }
}

function noStub(chip: string, path: string, cause: unknown): BenchError {
  return new BenchError({
    code: 'loader-stub-missing',
    message: `there is no flasher stub for the ${chip}`,
    expected: 'a JSON file with entry, text, text_start, data, data_start',
    got: `${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
    remedy: 'install esptool-js, name a stub file in the bench, or go without: stub: false',
    cause,
  });
}
