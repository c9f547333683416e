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
import { NRF52840_DK, type SlotLayout } from './slot-layout.ts';

/** What stands for itself, HEX or not; dumps first: one may start with an image. */
function rawFormats(layout: SlotLayout): readonly Format[] {
  return [nrfFlash(layout), espFlash, mcuboot, partitionTable, otadata, espImage];
}

/** Every format that is known by its content. */
export function formatsWith(layout: SlotLayout = NRF52840_DK): readonly Format[] {
  const raw = rawFormats(layout);
  return [dfuPackage, intelHex((bytes) => raw.find((format) => format.recognises(bytes))), ...raw];
}

/** The format of a file by its content. Throws UsageError `image-unknown`. */
export function formatOf(bytes: Uint8Array, layout?: SlotLayout): Format {
  const formats = formatsWith(layout);
  const format = formats.find((one) => one.recognises(bytes));
  if (format !== undefined) return format;
  const start = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  throw new UsageError({
    code: 'image-unknown',
    message: 'this is no image that assay knows by its content',
    expected: formats.map(({ name }) => name).join(', or '),
    got: bytes.length === 0 ? 'an empty file' : `${bytes.length} bytes that start with ${start}`,
    remedy: 'name the image as the build made it, or a dump of the whole flash from address 0',
  });
}

/** A file taken apart. Throws UsageError `image-unknown`. */
export function describe(bytes: Uint8Array, layout?: SlotLayout): Description {
  const format = formatOf(bytes, layout);
  return { format: format.id, ...format.describe(bytes) };
}
