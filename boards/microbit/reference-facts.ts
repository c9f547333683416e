import type { BoardFacts } from '#core/board.ts';
import type { ImageSpec } from '#core/image.ts';
import { profileWith, protectionsOf } from '#virtual/mcuboot/profile.ts';
import { odditiesOf } from '../nrf52840-dk/oddities.ts';
import { readTrailers } from '../nrf52840-dk/records.ts';
import { buildFirmwareImage, goldenSpec, type Hashed, maxImageSize, productOf } from './firmware/images.ts';
import { rsaTestKeys } from './firmware/keys.ts';
import { type FirmwareChip, nrf51822 } from './firmware/chips.ts';
import { applicationCode, programName } from './programs.ts';

/** How the reference firmware's boot loader is built, in MCUboot's words. */
export const PROFILE = profileWith({
  mode: 'swap-using-move',
  signature: 'rsa-2048',
  maxSectors: nrf51822.maxSectors,
  serialRecovery: true,
});

/** A board that runs the reference firmware, as its rig sees it. */
export interface ReferenceBoard extends Pick<BoardFacts, 'id' | 'title' | 'soc' | 'countsOperations'> {
  readonly chip: FirmwareChip;
  readonly watchdogMs: number | null;
}

/** QEMU has no model of the chip's watchdog: a program that hangs, hangs. */
export const MICROBIT: ReferenceBoard = {
  id: 'microbit',
  title: 'BBC micro:bit in QEMU, reference firmware',
  soc: 'nRF51822',
  countsOperations: true,
  chip: nrf51822,
  watchdogMs: null,
};

/** Where the boot loader's records lie. */
export function placeOf({ slot0, slot1, flash }: FirmwareChip) {
  return { primary: slot0, secondary: slot1, flash };
}

/** What the signing tool of a build hashes: its boot loader has to agree. */
function hashedBy(flaw: string | null): Hashed {
  return flaw === 'mcuboot/hash-header-only' ? 'header' : 'image';
}

/** The board with the sound firmware, or with a build that makes one mistake. */
export function referenceFacts(flaw: string | null, board: ReferenceBoard = MICROBIT): BoardFacts {
  const { chip, watchdogMs, id, title, soc, countsOperations } = board;
  const code = applicationCode(chip, flaw);
  const build = (spec: ImageSpec) => buildFirmwareImage(chip, code, spec, hashedBy(flaw));
  const spec = { name: 'golden 1.2.0', ...goldenSpec, product: productOf(chip) };
  const counter = { name: 'counter', offset: chip.counter.address, size: chip.flash.page };
  const place = placeOf(chip);
  return {
    id,
    title,
    soc,
    bootloader: {
      kind: 'mcuboot',
      mode: PROFILE.mode,
      version: `reference firmware ${programName(chip, 'boot', flaw)}`,
    },
    flash: chip.flash,
    areas: [chip.boot, chip.slot0, chip.slot1, counter],
    updateArea: chip.slot1.name,
    protections: { ...protectionsOf(PROFILE), watchdogMs },
    checkedArea: chip.slot0.name,
    firmware: {
      format: 'mcuboot',
      keys: rsaTestKeys,
      product: productOf(chip),
      goldenSpec: spec,
      golden: build(spec),
      slotSize: chip.slot1.size,
      maxImageSize: maxImageSize(chip),
      build,
    },
    updatePaths: ['smp', 'flash-staged'],
    countsOperations,
    inputs: ['smp'],
    oddities: odditiesOf(PROFILE, place),
    readRecords: (content) => readTrailers(PROFILE, content, place),
  };
}
