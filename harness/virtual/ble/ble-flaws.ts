import { frameFlaws } from '#virtual/ble/ble-flaws-frames.ts';
import { securityFlaws } from '#virtual/ble/ble-flaws-security.ts';
import { stateFlaws } from '#virtual/ble/ble-flaws-states.ts';

/** Mistakes that the virtual LE peripheral can be built with. */
export const bleFlaws = [...frameFlaws, ...securityFlaws, ...stateFlaws] as const;
