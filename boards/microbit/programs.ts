import { sha256Hex } from '#core/digest.ts';
import { readFirmwareBinary } from '#drivers/machine/firmware-file.ts';
import { fileOf } from './firmware/build.ts';
import type { FirmwareChip } from './firmware/chips.ts';
import { firmwareFlaws, type FlawedPart } from './firmware/flaws.ts';

/** Where `npm run firmware` puts what it builds; ASSAY_FIRMWARE names another folder. */
const BUILD =
  process.env['ASSAY_FIRMWARE'] ?? decodeURIComponent(new URL('firmware/build', import.meta.url).pathname);

/** Stands for the application while it is not built: attacks can be planned, and opening the board says what is missing. */
const NOT_BUILT = new Uint8Array(1024).fill(0xbf);

const known = new Map<string, Uint8Array>();

/**
 * Machine code of the boot loader or the application: the build that makes a mistake, where it is this part that makes it.
 * BenchError `firmware-file` where it was not built.
 */
export function programCode(chip: FirmwareChip, part: FlawedPart, flaw: string | null): Uint8Array {
  const isHere = firmwareFlaws.some((one) => one.flaw.id === flaw && one.part === part);
  const path = `${BUILD}/${fileOf({ chip, part, flaw: isHere ? (flaw ?? '') : '' })}`;
  const before = known.get(path);
  if (before !== undefined) return before;
  const code = readFirmwareBinary({ path, size: chip.flash.size, remedy: 'build it: npm run firmware' });
  known.set(path, code);
  return code;
}

/** The application's code for images, or what stands for it. */
export function applicationCode(chip: FirmwareChip, flaw: string | null): Uint8Array {
  try {
    return programCode(chip, 'app', flaw);
  } catch {
    return NOT_BUILT;
  }
}

/** The build that a board runs, by its content: `3f2a9c01`. */
export function programName(chip: FirmwareChip, part: FlawedPart, flaw: string | null): string {
  try {
    return sha256Hex(programCode(chip, part, flaw)).slice(0, 8);
  } catch {
    return '(not built)';
  }
}
