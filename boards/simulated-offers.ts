import type { CapabilityName } from '#core/capabilities.ts';

/** What a rig offers whose board is a program, simulated or emulated: everything there is. */
export const SIMULATED_OFFERS: readonly CapabilityName[] = [
  'channel',
  'power',
  'update',
  'radio',
  'probe',
  'identity',
  'checkpoint',
  'sweep',
];
