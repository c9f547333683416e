import type { BoardFacts, FlashArea } from '#core/board.ts';
import { profileWith, protectionsOf } from '#virtual/mcuboot/profile.ts';
import { odditiesOf } from '../nrf52840-dk/oddities.ts';
import { readTrailers } from '../nrf52840-dk/records.ts';
import { firmwareFlaws } from './firmware/flaws.ts';
import { buildFirmwareImage, goldenSpec, maxImageSize, productOf } from './firmware/images.ts';
import { firmwareKeys } from './firmware/keys.ts';
import { nrf51822 as chip } from './firmware/chips.ts';
import { flash } from './chip.ts';
import { applicationCode } from './programs.ts';

/** How the reference firmware's boot loader is built, in MCUboot's words. */
export const PROFILE = profileWith({
  mode: 'swap-using-move',
  maxSectors: chip.maxSectors,
  serialRecovery: true,
});

/** Where the boot loader's records lie. */
export const PLACE = { primary: chip.slot0, secondary: chip.slot1, flash };

/** The page whose words are the security counter: QEMU forgets UICR at every reset. */
const counter: FlashArea = { name: 'counter', offset: chip.counter.address, size: flash.page };

/** The board with the sound firmware, or with a build that makes one mistake. */
export function referenceFacts(flaw: string | null): BoardFacts {
  const known = firmwareFlaws.find((one) => one.flaw.id === flaw);
  const code = () => applicationCode(known?.part === 'app' ? flaw : null);
  const build = (spec: Parameters<typeof buildFirmwareImage>[2]) => buildFirmwareImage(chip, code(), spec);
  const spec = { name: 'golden 1.2.0', ...goldenSpec, product: productOf(chip) };
  return {
    id: 'microbit',
    title: 'BBC micro:bit in QEMU, reference firmware',
    soc: 'nRF51822',
    bootloader: { kind: 'mcuboot', mode: PROFILE.mode, version: 'reference firmware' },
    flash,
    areas: [chip.boot, chip.slot0, chip.slot1, counter],
    updateArea: chip.slot1.name,
    // QEMU has no model of the chip's watchdog: a program that hangs, hangs.
    protections: { ...protectionsOf(PROFILE), watchdogMs: null },
    firmware: {
      format: 'mcuboot',
      keys: firmwareKeys,
      product: productOf(chip),
      goldenSpec: spec,
      golden: build(spec),
      slotSize: chip.slot1.size,
      maxImageSize: maxImageSize(chip),
      build,
    },
    updatePaths: ['smp', 'flash-staged'],
    countsOperations: true,
    inputs: ['smp'],
    oddities: odditiesOf(PROFILE, PLACE),
    readRecords: (content) => readTrailers(PROFILE, content, PLACE),
  };
}
