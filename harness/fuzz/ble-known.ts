import { STRICT_PROMISE, type KnownBleAttack, type KnownHandles } from '#fuzz/ble-attack.ts';
import { bondAttacks } from '#fuzz/ble-known-bonds.ts';
import { channelAttacks } from '#fuzz/ble-known-channels.ts';
import { CONTROLLER_ATTACKS } from '#fuzz/ble-known-controller.ts';
import { framingAttacks } from '#fuzz/ble-known-framing.ts';
import { protectionAttacks } from '#fuzz/ble-known-protection.ts';
import { RAW_ATTACKS } from '#fuzz/ble-known-raw.ts';
import { rogueAttacks } from '#fuzz/ble-known-rogue.ts';
import { securityAttacks } from '#fuzz/ble-known-security.ts';
import { serviceAttacks } from '#fuzz/ble-known-services.ts';

/** Published attacks on LE devices; those that need more than a plain host are among them, with nothing to run. */
export function knownBleAttacks(handles: KnownHandles, promise = STRICT_PROMISE): readonly KnownBleAttack[] {
  return [
    ...framingAttacks(handles),
    ...channelAttacks(),
    ...securityAttacks(),
    ...bondAttacks(promise),
    ...protectionAttacks(handles),
    ...rogueAttacks(),
    ...serviceAttacks(handles.services ?? []),
    ...RAW_ATTACKS,
    ...CONTROLLER_ATTACKS,
  ];
}
