import type { BleFacts, BoardFacts } from '#core/board.ts';
import { type McubootProfile, profileName, protectionsOf, SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import { firmwareOf } from './firmware.ts';
import { areasOf, flash, layoutOf, updateStart } from './layout.ts';
import { odditiesOf } from './oddities.ts';
import { readTrailers } from './records.ts';

/** The nRF52840 DK with MCUboot as a profile configures it, with Bluetooth LE or without; the twin is the same board. */
export function factsOf(profile: McubootProfile, ble: BleFacts | null = null): BoardFacts {
  const layout = layoutOf(profile);
  const name = profileName(profile);
  return {
    id: name === '' ? 'nrf52840-dk' : `nrf52840-dk-${name}`,
    title: `Nordic nRF52840 DK, MCUboot ${titleOf(profile)}, Zephyr mcumgr`,
    soc: 'nRF52840',
    bootloader: { kind: 'mcuboot', mode: profile.mode, version: '2.4.0' },
    flash,
    areas: areasOf(layout),
    updateArea: layout.secondary.name,
    updateOffset: updateStart(profile),
    protections: { ...protectionsOf(profile), watchdogMs: 4000 },
    ...(checksEveryStart(profile) ? { checkedArea: layout.primary.name } : {}),
    firmware: firmwareOf(profile),
    updatePaths: ['smp', 'flash-staged'],
    countsOperations: true,
    inputs: ble === null ? ['smp'] : ['smp', 'ble'],
    ...(ble !== null && { ble }),
    oddities: odditiesOf(profile),
    readRecords: (content) => readTrailers(profile, content),
  };
}

/** Whether what runs is one area’s image, looked at each time: BOOT_VALIDATE_SLOT0, where images are copied. */
function checksEveryStart({ mode, validatePrimary }: McubootProfile): boolean {
  return validatePrimary && /^(swap|overwrite)/.test(mode);
}

/** What a reader has to know of the profile: its mode, and what is left out of the sound one. */
function titleOf(profile: McubootProfile): string {
  const { mode, validatePrimary, downgradePrevention, hardwareCounter } = profile;
  return [
    mode.replaceAll('-', ' '),
    ...(validatePrimary ? [] : ['primary slot not validated']),
    ...(downgradePrevention === 'none' ? ['no downgrade prevention'] : []),
    ...(downgradePrevention === 'security-counter' ? ['downgrade prevention by security counter'] : []),
    ...(hardwareCounter ? [] : ['no hardware counter']),
  ].join(', ');
}

/** The board as its test firmware configures it. */
export const facts: BoardFacts = factsOf(SOUND_PROFILE);
