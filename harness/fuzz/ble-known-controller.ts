import { unsent, type KnownBleAttack } from '#fuzz/ble-attack.ts';

/** What a hostile controller does to the board's own host; `controllerCases` are what is said to a host that lets us. */
export const CONTROLLER_ATTACKS: readonly KnownBleAttack[] = [
  unsent(
    'controller',
    'zephyr-hci-packets',
    ['CVE-2020-10065', 'CVE-2020-10066', 'CVE-2021-3581', 'CVE-2022-3806', 'CVE-2023-0396', 'CVE-2023-0397'],
    'Zephyr',
    'events and ACL packets whose lengths and handles lie',
  ),
  unsent(
    'controller',
    'zephyr-hci-later',
    ['CVE-2023-2234', 'CVE-2026-9263'],
    'Zephyr',
    'events of the wrong union, credits of links that are not there',
  ),
  unsent(
    'controller',
    'nimble-hci-events',
    ['CVE-2024-47249', 'CVE-2024-47250', 'CVE-2024-51569', 'CVE-2025-53470', 'CVE-2025-53477'],
    'NimBLE up to 1.8.0',
    'an advertising set that is not there, report lengths, completed packets shorter than their header',
  ),
];
