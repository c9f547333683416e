import type { Dice } from '#core/dice.ts';
import { aes128 } from '#codecs/ble/aes-cmac.ts';
import { HCI_STATUS } from '#codecs/ble/hci-status.ts';
import { reversed } from '#codecs/ble/pairing-crypto.ts';
import {
  HCI_VERSION,
  LE_FEATURES,
  LMP_FEATURES,
  NO_COMPANY,
  supportedCommands,
  type ControllerFacts,
} from '#virtual/ble/controller-facts.ts';
import type { Handlers } from '#virtual/ble/controller-handlers.ts';

const status = HCI_STATUS.success;
/** Octets and microseconds of the longest data channel PDU on the 1M PHY. */
const LONGEST = { octets: 251, time: 2120 } as const;

/** Commands that only tell, or set what nobody here looks at. */
export function infoHandlers(options: {
  readonly facts: ControllerFacts;
  readonly address: Uint8Array;
  readonly random: Dice;
}): Handlers {
  const { facts, address, random } = options;
  const fine = () => ({ status });
  return {
    setEventMask: fine,
    leSetEventMask: fine,
    writeLeHostSupport: fine,
    readLeHostSupport: () => ({ status, supported: 1, unused: 0 }),
    leClearFilterList: fine,
    leWriteDefaultDataLength: fine,
    readLocalVersion: () => ({
      status,
      hciVersion: HCI_VERSION,
      hciRevision: 0,
      lmpVersion: HCI_VERSION,
      manufacturer: NO_COMPANY,
      lmpSubversion: 0,
    }),
    readLocalCommands: () => ({ status, commands: supportedCommands() }),
    readLocalFeatures: () => ({ status, features: LMP_FEATURES }),
    readBufferSize: () => ({ status, aclLength: 0, scoLength: 0, aclCount: 0, scoCount: 0 }),
    readBdAddr: () => ({ status, address }),
    leReadBufferSize: () => ({ status, ...facts }),
    leReadLocalFeatures: () => ({ status, features: LE_FEATURES }),
    leReadAdvertisingPower: () => ({ status, power: 0 }),
    leReadFilterListSize: () => ({ status, size: 0 }),
    leReadSupportedStates: () => ({ status, states: new Uint8Array(8).fill(0xff) }),
    leReadDefaultDataLength: () => ({ status, ...LONGEST }),
    leReadMaximumDataLength: () => ({
      status,
      txOctets: LONGEST.octets,
      txTime: LONGEST.time,
      rxOctets: LONGEST.octets,
      rxTime: LONGEST.time,
    }),
    leRand: () => ({ status, random: Uint8Array.from({ length: 8 }, () => random(256)) }),
    leEncrypt: ({ key, plain }) => ({ status, encrypted: reversed(aes128(reversed(key), reversed(plain))) }),
  };
}
