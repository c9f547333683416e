import type { BoardFacts } from '#core/board.ts';
import { UsageError } from '#core/errors.ts';
import type { Flaw } from '#core/rig.ts';
import type { FirmwareChip } from './firmware/chips.ts';
import { firmwareFlaws } from './firmware/flaws.ts';
import { programCode } from './programs.ts';
import type { ReferenceBoard } from './reference-facts.ts';

/** Mistakes that make a difference on a board: without a watchdog none can be left out. */
export function flawsOn({ watchdogMs }: ReferenceBoard): readonly Flaw[] {
  const all = firmwareFlaws.map(({ flaw }) => flaw);
  return watchdogMs === null ? all.filter(({ id }) => id !== 'mcuboot/no-watchdog') : all;
}

/** One mistake at a time: each is a build of its own. */
export function flawOf(own: string | null, flaws: readonly string[] = []): string | null {
  const [first = own, ...others] = flaws;
  const isKnown = first === null || firmwareFlaws.some(({ flaw }) => flaw.id === first);
  if (others.length === 0 && isKnown) return first;
  throw new UsageError({
    code: 'unknown-flaw',
    message: 'the reference firmware is not built with these flaws',
    expected: `one of ${firmwareFlaws.map(({ flaw }) => flaw.id).join(', ')}`,
    got: flaws.join(', '),
    remedy: 'take one id from the flaws of the board entry',
  });
}

/** Flash as a board leaves the factory: boot loader, golden image, counter. BenchError `firmware-file` where it was not built. */
export function factoryFlash(chip: FirmwareChip, { firmware }: BoardFacts, flaw: string | null): Uint8Array {
  // Golden may stand for an application that was not built.
  programCode(chip, 'app', flaw);
  const content = new Uint8Array(chip.flash.size).fill(0xff);
  content.set(programCode(chip, 'boot', flaw), chip.boot.offset);
  content.set(firmware.golden.bytes, chip.slot0.offset);
  const steps = firmware.goldenSpec.securityCounter ?? 0;
  content.fill(0, chip.counter.address, chip.counter.address + steps * chip.flash.word);
  return content;
}
