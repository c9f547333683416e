import { UsageError } from '#core/errors.ts';
import type { Description } from './description.ts';
import type { Format } from './format.ts';
import { dfuPackage } from './format-dfu.ts';
import { espFlash } from './format-esp-flash.ts';
import { espImage } from './format-esp-image.ts';
import { otadata, partitionTable } from './format-esp-tables.ts';
import { intelHex } from './format-hex.ts';
import { mcuboot } from './format-mcuboot.ts';
import { nrfFlash } from './format-nrf-flash.ts';

/** Dumps first: one may start with an image. */
const RAW: readonly Format[] = [nrfFlash, espFlash, mcuboot, partitionTable, otadata, espImage];

/** Every format that is known by its content. */
export const FORMATS: readonly Format[] = [
  dfuPackage,
  intelHex((bytes) => RAW.find((format) => format.recognises(bytes))),
  ...RAW,
];

/** The format of a file by its content. Throws UsageError `image-unknown`. */
export function formatOf(bytes: Uint8Array): Format {
  const format = FORMATS.find((one) => one.recognises(bytes));
  if (format !== undefined) return format;
  const start = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  throw new UsageError({
    code: 'image-unknown',
    message: 'this is no image that assay knows by its content',
    expected: FORMATS.map(({ name }) => name).join(', or '),
    got: bytes.length === 0 ? 'an empty file' : `${bytes.length} bytes that start with ${start}`,
    remedy: 'name the image as the build made it, or a dump of the whole flash from address 0',
  });
}

/** A file taken apart. Throws UsageError `image-unknown`. */
export function describe(bytes: Uint8Array): Description {
  const format = formatOf(bytes);
  return { format: format.id, ...format.describe(bytes) };
}
