import type { BoardFacts } from '#core/board.ts';
import { firmware } from './firmware.ts';
import { areas, flash, slot1 } from './layout.ts';

/** The nRF52840 DK with MCUboot as its test firmware configures it; the twin is the same board. */
export const facts: BoardFacts = {
  id: 'nrf52840-dk',
  title: 'Nordic nRF52840 DK, MCUboot swap using move, Zephyr mcumgr',
  soc: 'nRF52840',
  bootloader: { kind: 'mcuboot', mode: 'swap-using-move', version: '2.4.0' },
  flash,
  areas,
  updateArea: slot1.name,
  protections: {
    rollback: true,
    downgradeByVersion: true,
    comparesBuildNumber: true,
    acceptsEqualVersion: true,
    downgradeByCounter: true,
    hardwareCounter: true,
    signature: true,
    watchdogMs: 4000,
  },
  firmware,
  updatePaths: ['smp', 'flash-staged'],
  countsOperations: true,
  inputs: ['smp'],
};
