import type { KnownBleAttack, KnownHandles } from '#fuzz/ble-attack.ts';
import { channelAttacks } from '#fuzz/ble-known-channels.ts';
import { framingAttacks } from '#fuzz/ble-known-framing.ts';
import { RAW_ATTACKS } from '#fuzz/ble-known-raw.ts';
import { securityAttacks } from '#fuzz/ble-known-security.ts';

/** Published attacks on LE peripherals; those that need another radio are among them. */
export function knownBleAttacks(handles: KnownHandles): readonly KnownBleAttack[] {
  return [...framingAttacks(handles), ...channelAttacks(), ...securityAttacks(handles), ...RAW_ATTACKS];
}
